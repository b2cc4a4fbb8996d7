import { MessageChannel } from 'node:worker_threads'

/** Two ports in this process. Handing one on leaves it here, with a relay to where it is used. */
export class MessageChannelMain {
  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = port1
    this.port2 = port2
  }
}

/** Ports that are used elsewhere, by number. */
export class HandedOnPorts {
  #ports = new Map()
  #last = 0

  /**
   * @param {import('node:worker_threads').MessagePort[]} ports
   * @param {(message: { port: number, data?: unknown, closed?: true }) => void} send tells where they are used
   * @returns {number[]} their numbers
   */
  handOn(ports, send) {
    return ports.map((port) => {
      const number = ++this.#last
      this.#ports.set(number, port)
      port.on('message', (data) => send({ port: number, data }))
      port.on('close', () => {
        if (this.#ports.delete(number)) send({ port: number, closed: true })
      })
      return number
    })
  }
  /** What was said where the port is used. */
  hear({ port, data, closed }) {
    if (closed) this.#ports.get(port)?.close()
    else this.#ports.get(port)?.postMessage(data)
  }
  closeAll() {
    for (const port of this.#ports.values()) port.close()
  }
}
