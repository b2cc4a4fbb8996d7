/**
 * Own schemes. Chromium cannot be taught one from outside, so `app://name/path` travels as
 * `http://name.app.localhost/path` and is answered by the app's handler before it reaches the network.
 * @type {Map<string, (request: Request) => Promise<Response> | Response>}
 */
const handlers = new Map()

export const protocol = {
  registerSchemesAsPrivileged() {},
  handle: (scheme, handler) => void handlers.set(scheme, handler),
}

/** @param {string} url as the app writes it */
export function toBrowserUrl(url) {
  const [, scheme, host, rest] = /^([a-z][a-z0-9.+-]*):\/\/([^/]*)(.*)$/s.exec(url) ?? []
  return handlers.has(scheme) ? `http://${host}.${scheme}.localhost${rest}` : url
}

/** @param {string} url as Chromium writes it */
export function toAppUrl(url) {
  return url.replace(/^http:\/\/([^/]*)\.([a-z0-9+-]+)\.localhost(?=[/:?#]|$)/, '$2://$1')
}

/**
 * Answers a request that Chromium holds back.
 * @param {(method: string, parameters: object) => Promise<unknown>} call
 * @param {{ requestId: string, request: { url: string, method: string, headers: Record<string, string>, postData?: string } }} paused
 */
export async function answerPaused(call, { requestId, request }) {
  const url = toAppUrl(request.url)
  const handler = handlers.get(url.split(':')[0])
  if (!handler) return call('Fetch.continueRequest', { requestId })
  const response = await handler(
    new Request(url, { method: request.method, headers: request.headers, body: request.postData }),
  )
  return call('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  })
}
