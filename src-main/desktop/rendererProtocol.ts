import { protocol } from 'electron'
import { contentSecurityPolicy, securityHeaders } from '../serve/contentSecurityPolicy'
import { readRendererFile } from '../serve/rendererFiles'

const scheme = 'app'

/** Where the renderer lives on the desktop: an origin of its own instead of `file:`, which could read any file. */
export const rendererOrigin = `${scheme}://shiftscope`

/** Must run before Electron is ready. */
export function registerRendererScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Answers `app://shiftscope/…` with the built renderer, under the same policy as the served app. */
export function serveRendererProtocol(rendererDirectory: string): void {
  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url)
    const file =
      url.host === 'shiftscope' && request.method === 'GET'
        ? await readRendererFile(rendererDirectory, url.pathname)
        : null
    if (!file) return new Response('There is no such page.', { status: 404, headers: securityHeaders })
    return new Response(new Blob([Uint8Array.from(file.bytes)]), {
      headers: {
        ...securityHeaders,
        'Content-Type': file.contentType,
        'Content-Security-Policy': contentSecurityPolicy(["'self'"]),
      },
    })
  })
}
