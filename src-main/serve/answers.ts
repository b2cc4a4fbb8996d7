import type { ServerResponse } from 'node:http'
import { contentSecurityPolicy, securityHeaders } from './contentSecurityPolicy'
import type { Refusal } from './access'

/** Sends a whole answer with the security headers on it. */
export function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  content: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  response.writeHead(status, {
    ...securityHeaders,
    'Content-Security-Policy': contentSecurityPolicy(["'none'"]),
    'Cache-Control': 'no-store',
    'Content-Type': contentType,
    'Content-Length': bytes.byteLength,
    ...headers,
  })
  response.end(bytes)
}

export function sendPage(
  response: ServerResponse,
  status: number,
  page: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, 'text/html; charset=utf-8', page, headers)
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(value), headers)
}

/** A refusal has the form of a failed reply, so that a caller reads both the same way. */
export function sendRefusal(
  response: ServerResponse,
  refusal: Refusal,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, refusal.status, { ok: false, problem: refusal.problem }, headers)
}
