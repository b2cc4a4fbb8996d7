/**
 * The content security policy of the renderer, on the desktop and when served: own scripts only, no frames, no
 * plug-ins, no form targets, connections to the given places only.
 *
 * Style attributes are allowed because the charts' hover cards are positioned with them; style elements are not.
 * @param connections sources for `connect-src`, such as `'self'` or `ws://127.0.0.1:8080`
 */
export function contentSecurityPolicy(connections: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src ${connections.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Headers that belong on every answer of the renderer's origin, whatever its content. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}
