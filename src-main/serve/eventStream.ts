import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Application } from '../handlers/application'

/** A reader that is so many bytes behind has gone away or hangs; it is cut off and may connect again. */
const farthestBehind = 16 * 1024 * 1024
const secondsBetweenPings = 30

export interface EventStream {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

/** Sends every event of the application to every connected window as `{ name, body }` in JSON. */
export function openEventStream(application: Application): EventStream {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false })
  const silent = new WeakSet<WebSocket>()
  const endSubscription = application.subscribe((name, body) => {
    const message = JSON.stringify({ name, body })
    for (const socket of sockets.clients) {
      if (socket.bufferedAmount > farthestBehind) socket.terminate()
      else if (socket.readyState === socket.OPEN) socket.send(message)
    }
  })
  const pings = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate()
      silent.add(socket)
      socket.ping()
    }
  }, secondsBetweenPings * 1000)
  pings.unref()

  return {
    accept: (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (accepted) => {
        accepted.on('pong', () => silent.delete(accepted))
        // A broken frame or a lost connection ends the socket by itself; the window connects again.
        accepted.on('error', () => accepted.terminate())
      }),
    close: () => {
      clearInterval(pings)
      endSubscription()
      for (const socket of sockets.clients) socket.close(1001, 'Shiftscope has stopped')
      sockets.close()
    },
  }
}
