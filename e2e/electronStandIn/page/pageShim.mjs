/**
 * What a sandboxed preload finds in Electron, for a page of plain Chromium: `ipcRenderer`, `contextBridge`, and a
 * `window.open` that asks the main process. Sent to pages as source text: it must use nothing from outside itself.
 *
 * @param {typeof import('./cloneCodec.mjs').cloneCodec} cloneCodec
 * @param {Function} preload the preload's source, as a function of what it may use
 * @param {{ preload: string, binding: string }} names path of the preload; name of the channel to the main process
 */
export function pageShim(cloneCodec, preload, names) {
  if (location.href === 'about:blank') return
  const { encode, decode } = cloneCodec()
  const sendText = globalThis[names.binding]
  delete globalThis[names.binding]
  const post = (message) => sendText(JSON.stringify(message))
  const listeners = new Map()
  const waiting = new Map()
  const ports = new Map()
  let lastId = 0

  const ipcRenderer = {
    on: (channel, listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
    once: (channel, listener) => {
      const first = (...words) => {
        ipcRenderer.removeListener(channel, first)
        listener(...words)
      }
      return ipcRenderer.on(channel, first)
    },
    removeListener: (channel, listener) => {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((other) => other !== listener),
      )
      return ipcRenderer
    },
    send: (channel, ...args) => post({ kind: 'send', channel, args: encode(args) }),
    invoke: (channel, ...args) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        const encoded = encode(args)
        waiting.set(id, { resolve, reject })
        post({ kind: 'invoke', id, channel, args: encoded })
      }),
  }

  /** The page's end of a port that main handed on. */
  const receivePort = (number) => {
    const { port1, port2 } = new MessageChannel()
    ports.set(number, port1)
    port1.onmessage = ({ data }) => post({ kind: 'port', port: number, data: encode(data) })
    return port2
  }

  globalThis.__standInReceive = (message) => {
    if (message.kind === 'event') {
      const event = { sender: ipcRenderer, ports: (message.ports ?? []).map(receivePort) }
      for (const listener of listeners.get(message.channel) ?? []) listener(event, ...decode(message.args))
      return
    }
    if (message.kind === 'port') {
      if (message.closed) ports.get(message.port).close()
      else ports.get(message.port).postMessage(decode(message.data))
      return
    }
    const { resolve, reject } = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error === undefined) resolve(decode(message.result))
    else reject(new Error(`Error invoking remote method '${message.channel}': ${message.error}`))
  }

  globalThis.open = (url) => {
    post({ kind: 'open', url: new URL(url, location.href).href })
    return null
  }
  addEventListener('click', (event) => {
    const link = event.target.closest?.('a[target=_blank]')
    if (!link || event.defaultPrevented) return
    event.preventDefault()
    globalThis.open(link.href)
  })

  /** A value as it comes out on the other side of the bridge: copied, functions and promises stood in for. */
  const cross = (value) => {
    if (typeof value === 'function') {
      return (...args) => {
        try {
          return cross(value(...args.map(cross)))
        } catch (error) {
          throw cross(error)
        }
      }
    }
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.')
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Promise) return value.then(cross, (error) => Promise.reject(cross(error)))
    if (value instanceof Error) {
      return new Error(value.name === 'Error' ? value.message : `${value.name}: ${value.message}`)
    }
    if (Array.isArray(value)) return value.map(cross)
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== null && prototype.constructor !== Object) return structuredClone(value)
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, cross(held)]))
  }

  const contextBridge = {
    exposeInMainWorld: (key, api) => {
      if (Object.hasOwn(globalThis, key)) {
        throw new Error('Cannot bind an API on top of an existing property on the window object')
      }
      const value = Object.freeze(cross(api))
      Object.defineProperty(globalThis, key, { value, enumerable: true })
    },
  }

  const parts = { contextBridge, ipcRenderer }
  const electron = new Proxy(parts, {
    get: (target, key) => {
      if (key in target || typeof key === 'symbol' || key === '__esModule') return target[key]
      throw new Error(`Electron stand-in: ${key} is not implemented for preloads`)
    },
  })
  const require = (name) => {
    if (/^electron(\/(renderer|common))?$/.test(name)) return electron
    throw new Error(`module not found: ${name}`)
  }
  const process = Object.freeze({ type: 'renderer', sandboxed: true, contextIsolated: true, env: {} })
  try {
    preload(require, { exports: {} }, {}, process)
  } catch (error) {
    console.error(`Unable to load preload script: ${names.preload}`, error)
    post({ kind: 'preload-error', error: String(error?.stack ?? error) })
  }
}
