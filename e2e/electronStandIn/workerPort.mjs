// Loaded into a utility process before its script: `process.parentPort` over the channel of `child_process.fork`.
import { EventEmitter } from 'node:events'

class ParentPort extends EventEmitter {
  /** Messages that came before anyone listened: Electron keeps them too. */
  #early = []

  constructor() {
    super()
    process.on('message', (data) => this.#deliver({ data, ports: [] }))
    this.on('newListener', (name) => {
      if (name === 'message')
        queueMicrotask(() => this.#early.splice(0).forEach((event) => this.#deliver(event)))
    })
  }

  /** @param {unknown} message */
  postMessage(message) {
    process.send?.(message)
  }

  #deliver(event) {
    if (this.listenerCount('message') > 0) this.emit('message', event)
    else this.#early.push(event)
  }
}

process.parentPort = new ParentPort()
process.channel?.ref()
