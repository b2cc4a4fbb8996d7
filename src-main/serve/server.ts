import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { transport } from '@contract/bridge'
import { ShiftscopeError } from '@contract/errors'
import type { Application } from '../handlers/application'
import { refuseForeign, refuseStranger } from './access'
import { sendPage, send, sendRefusal } from './answers'
import { answerApi } from './api'
import { contentSecurityPolicy } from './contentSecurityPolicy'
import { openEventStream } from './eventStream'
import { enterPage, noSessionPage, notFoundPage } from './plainPages'
import { readRendererFile } from './rendererFiles'
import { Session } from './session'

export interface ServeOptions {
  readonly application: Application
  /** 0 takes a free port. */
  readonly port: number
  /** Folder of the built renderer. */
  readonly rendererDirectory: string
  /** A loopback address; 127.0.0.1 when left out. */
  readonly host?: string
}

export interface RunningServer {
  /** The address with its token: whoever has it has the same rights on this machine's files as the person. */
  readonly address: string
  /** Ends connections and frees the port. The application stays open: it belongs to whoever made it. */
  close(): Promise<void>
}

/**
 * Serves the app to browsers on this machine.
 * @throws ShiftscopeError `serve/notLoopback`, `serve/portInUse`, `serve/portNotAllowed`, `serve/cannotListen`
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1'
  if (!['127.0.0.1', '::1', 'localhost'].includes(host)) throw notLoopback(host)
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 })
  await listen(server, options.port, host)
  const { port } = server.address() as AddressInfo
  const session = new Session(port)
  const events = openEventStream(options.application)

  server.on('request', (request, response) => {
    answer(options, session, request, response).catch((error: unknown) => response.destroy(asError(error)))
  })
  server.on('upgrade', (request, socket, head) => {
    const path = pathOf(request)
    const refusal = refuseForeign(request) ?? refuseStranger(request, session)
    if (refusal) refuseUpgrade(socket, refusal.status)
    else if (path !== transport.eventsPath) refuseUpgrade(socket, 404)
    else events.accept(request, socket, head)
  })

  const name = host.includes(':') ? `[${host}]` : host
  return {
    address: `http://${name}:${port}/?${transport.tokenParameter}=${session.token}`,
    close: async () => {
      events.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

async function answer(
  options: ServeOptions,
  session: Session,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request)
  const foreign = refuseForeign(request)
  if (foreign) {
    sendRefusal(response, foreign)
    return
  }
  if (path.startsWith(transport.apiPath)) {
    const stranger = refuseStranger(request, session)
    if (stranger) {
      sendRefusal(response, stranger)
      return
    }
    return answerApi(options.application, path, request, response)
  }
  await answerPage(options, session, request, response)
}

/** The renderer's files, and the page that turns the token into the session's cookie. */
async function answerPage(
  options: ServeOptions,
  session: Session,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendPage(response, 405, notFoundPage, { Allow: 'GET, HEAD' })
    return
  }
  const url = new URL(request.url ?? '/', 'http://localhost')
  const token = url.searchParams.get(transport.tokenParameter)
  if (url.pathname === '/' && session.holdsToken(token)) {
    sendPage(response, 200, enterPage, { 'Set-Cookie': session.setCookie })
    return
  }
  if (!session.holdsCookie(request.headers.cookie)) {
    sendPage(response, 401, noSessionPage)
    return
  }
  const file = await readRendererFile(options.rendererDirectory, url.pathname)
  if (!file) {
    sendPage(response, 404, notFoundPage)
    return
  }
  send(response, 200, file.contentType, file.bytes, {
    // Older browsers do not count a WebSocket among 'self'.
    'Content-Security-Policy': contentSecurityPolicy(["'self'", `ws://${request.headers.host ?? ''}`]),
    'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
  })
}

/** The path as the browser sent it, still percent-encoded; `/` for a target that is no path. */
function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '/'
  return target.startsWith('/') ? target.split('?', 1)[0] : '/'
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port)))
    server.listen(port, host, () => resolve())
  })
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function notLoopback(host: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'serve/notLoopback',
    message: 'Shiftscope is only served on this machine itself.',
    where: host,
    hint: 'Leave the host out. From another machine, use an SSH tunnel: ssh -L PORT:127.0.0.1:PORT machine.',
  })
}

function cannotListen(error: NodeJS.ErrnoException, port: number): ShiftscopeError {
  const where = `port ${port}`
  const hint = 'Choose another port with --port, or leave it out to take a free one.'
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} is in use, by another Shiftscope or another program.`
    return new ShiftscopeError({ code: 'serve/portInUse', message, where, hint }, { cause: error })
  }
  if (error.code === 'EACCES') {
    const message = `Port ${port} may not be used by this user.`
    return new ShiftscopeError({ code: 'serve/portNotAllowed', message, where, hint }, { cause: error })
  }
  return new ShiftscopeError(
    {
      code: 'serve/cannotListen',
      message: 'The served app cannot start on this machine.',
      where,
      hint,
      details: error.message,
    },
    { cause: error },
  )
}
