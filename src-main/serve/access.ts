import type { IncomingMessage } from 'node:http'
import type { Problem } from '@contract/errors'
import { transport } from '@contract/bridge'
import type { Session } from './session'

/** Why a request is turned away, before anything of it is looked at. */
export interface Refusal {
  readonly status: number
  readonly problem: Problem
}

const loopbackHosts = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/

/**
 * A page on the internet can point its own name at 127.0.0.1 (DNS rebinding); the browser then sends that name as
 * Host. Any port passes: behind an SSH tunnel the browser's port is not the server's.
 */
function isLoopbackHost(host: string | undefined): host is string {
  return host !== undefined && loopbackHosts.test(host)
}

/** Checks that the request was sent to this machine by name, and not by a page of another origin. */
export function refuseForeign(request: IncomingMessage): Refusal | null {
  const { host, origin } = request.headers
  if (!isLoopbackHost(host)) {
    return {
      status: 403,
      problem: {
        code: 'serve/foreignHost',
        message: 'The request names another host than this machine.',
        where: host,
        hint: 'Open the address that "shiftscope serve" printed; it begins with http://127.0.0.1.',
      },
    }
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return {
      status: 403,
      problem: {
        code: 'serve/foreignOrigin',
        message: 'The request comes from a page that is not Shiftscope.',
        where: origin,
        hint: 'Use Shiftscope only in the window that was opened with the printed address.',
      },
    }
  }
  return null
}

/** Checks that a request to the API or for events carries the session's secret. */
export function refuseStranger(request: IncomingMessage, session: Session): Refusal | null {
  const header = request.headers[transport.tokenHeader]
  if (typeof header === 'string' && session.holdsToken(header)) return null
  // A browser sends the cookie by itself, so a page must also say where it is from.
  if (request.headers.origin !== undefined && session.holdsCookie(request.headers.cookie)) return null
  return {
    status: 401,
    problem: {
      code: 'serve/noSession',
      message: 'This window does not belong to the running Shiftscope.',
      hint: 'Open the address that "shiftscope serve" printed when it started. After a restart the address is new.',
    },
  }
}
