// Loaded into a utility process before its script: `process.parentPort` over the channel of `child_process.fork`.
import { EventEmitter } from 'node:events'

/** A port that main handed on. */
class Port extends EventEmitter {
  #number
  /** Messages that came before `start`. */
  #early = []

  constructor(number) {
    super()
    this.#number = number
  }
  postMessage(data) {
    process.send?.({ port: this.#number, data })
  }
  start() {
    this.#early?.forEach((data) => this.emit('message', { data }))
    this.#early = null
  }
  close() {
    process.send?.({ port: this.#number, closed: true })
  }
  deliver(data) {
    if (this.#early) this.#early.push(data)
    else this.emit('message', { data })
  }
}

class ParentPort extends EventEmitter {
  /** Messages that came before anyone listened: Electron keeps them too. */
  #early = []

  #ports = new Map()

  constructor() {
    super()
    process.on('message', (said) => {
      if ('port' in said && said.closed) this.#ports.get(said.port).emit('close')
      else if ('port' in said) this.#ports.get(said.port).deliver(said.data)
      else this.#deliver({ data: said.message, ports: said.ports.map((number) => this.#receive(number)) })
    })
    this.on('newListener', (name) => {
      if (name === 'message')
        queueMicrotask(() => this.#early.splice(0).forEach((event) => this.#deliver(event)))
    })
  }

  /** @param {unknown} message */
  postMessage(message) {
    process.send?.({ message })
  }

  #receive(number) {
    const port = new Port(number)
    this.#ports.set(number, port)
    return port
  }

  #deliver(event) {
    if (this.listenerCount('message') > 0) this.emit('message', event)
    else this.#early.push(event)
  }
}

process.parentPort = new ParentPort()
process.channel?.ref()
