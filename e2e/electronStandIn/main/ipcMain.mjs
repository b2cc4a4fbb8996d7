import { EventEmitter } from 'node:events'

class IpcMain extends EventEmitter {
  /** @type {Map<string, (event: object, ...args: unknown[]) => unknown>} */
  handlers = new Map()

  /** @param {string} channel @param {(event: object, ...args: unknown[]) => unknown} handler */
  handle(channel, handler) {
    if (this.handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`)
    }
    this.handlers.set(channel, handler)
  }
  /** @param {string} channel */
  removeHandler(channel) {
    this.handlers.delete(channel)
  }
}

export const ipcMain = new IpcMain()
