import { WebSocket } from 'ws'

/**
 * A connection to Chromium over its DevTools protocol.
 * @param {string} address WebSocket address that Chromium printed
 */
export async function connectDevTools(address) {
  const socket = new WebSocket(address, { maxPayload: 512 * 1024 * 1024 })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void, method: string }>} */
  const waiting = new Map()
  /** @type {Map<string, (method: string, parameters: any) => void>} */
  const sessions = new Map()
  /** @type {Map<string, () => void>} */
  const goneListeners = new Map()
  let lastId = 0

  socket.on('message', (data) => {
    const message = JSON.parse(data.toString())
    if (message.id !== undefined) {
      const call = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`))
      else call?.resolve(message.result)
    } else if (message.method === 'Target.targetDestroyed') {
      goneListeners.get(message.params.targetId)?.()
    } else {
      sessions.get(message.sessionId)?.(message.method, message.params)
    }
  })

  return {
    /**
     * @param {string} method
     * @param {object} [params]
     * @param {string} [sessionId] the page it is meant for; the browser itself when left out
     * @returns {Promise<any>}
     */
    send: (method, params = {}, sessionId = undefined) =>
      new Promise((resolve, reject) => {
        waiting.set(++lastId, { resolve, reject, method })
        socket.send(JSON.stringify({ id: lastId, method, params, sessionId }))
      }),
    /** @param {string} sessionId @param {(method: string, parameters: any) => void} listener */
    onEvent: (sessionId, listener) => void sessions.set(sessionId, listener),
    /** @param {string} targetId @param {() => void} listener */
    onTargetGone: (targetId, listener) => void goneListeners.set(targetId, listener),
  }
}
