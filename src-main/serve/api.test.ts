import { describe, expect, it } from 'vitest'
import { largestBody } from './api'
import { codeOf, describeApp, ServedApplication } from './servedApplication'

const served = new ServedApplication()

describe('requests', () => {
  it('reach the application and bring back its reply', async () => {
    const answer = await served.send('POST', describeApp, await served.fromOwnPage(), '{"a":1}')
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toMatchObject({ ok: true, value: { face: 'serve' } })
    expect(served.asked).toEqual([{ name: 'app/describe', body: { a: 1 } }])
  })

  it('pass with the token in the header, for programs', async () => {
    const headers = { 'x-shiftscope-token': served.token, 'content-type': 'application/json; charset=utf-8' }
    expect((await served.send('POST', describeApp, headers, '{}')).status).toBe(200)
  })

  it.each([
    ['nothing', {}],
    ['a wrong token', { 'x-shiftscope-token': 'wrong' }],
    ['an empty token', { 'x-shiftscope-token': '' }],
    ['a wrong cookie', { cookie: 'shiftscope-1=wrong', origin: 'own' }],
  ])('are refused with %s', async (_, given: Record<string, string>) => {
    const headers = {
      'content-type': 'application/json',
      ...given,
      ...(given.origin ? { origin: served.origin } : {}),
    }
    const answer = await served.send('POST', describeApp, headers, '{}')
    expect(answer.status).toBe(401)
    expect(codeOf(answer)).toBe('serve/noSession')
    expect(served.asked).toEqual([])
  })

  it('are refused with the cookie but without an origin', async () => {
    const headers = { cookie: await served.cookie(), 'content-type': 'application/json' }
    expect((await served.send('POST', describeApp, headers, '{}')).status).toBe(401)
  })

  it.each([
    ['an unknown name', 'POST', '/api/app/destroy', {}, '{}', 404, 'serve/unknownRequest'],
    ['a name of the prototype', 'POST', '/api/constructor', {}, '{}', 404, 'serve/unknownRequest'],
    ['another method', 'GET', describeApp, {}, undefined, 405, 'serve/wrongMethod'],
    ['a form', 'POST', describeApp, { 'content-type': 'text/plain' }, '{}', 415, 'serve/notJson'],
    ['broken JSON', 'POST', describeApp, {}, '{"a":', 400, 'serve/brokenJson'],
    ['an empty body', 'POST', describeApp, {}, '', 400, 'serve/brokenJson'],
  ])('are refused with %s', async (_, method, path, headers, body, status, code) => {
    const answer = await served.send(method, path, { ...(await served.fromOwnPage()), ...headers }, body)
    expect(answer.status).toBe(status)
    expect(codeOf(answer)).toBe(code)
    expect(served.asked).toEqual([])
  })

  it('are refused when the announced body is too large', async () => {
    const headers = { ...(await served.fromOwnPage()), 'content-length': String(largestBody + 1) }
    const answer = await served.send('POST', describeApp, headers, ' ')
    expect(answer.status).toBe(413)
    expect(codeOf(answer)).toBe('serve/tooLarge')
  })

  it('are refused when the body grows too large on the way', async () => {
    const headers = { ...(await served.fromOwnPage()), 'transfer-encoding': 'chunked' }
    // The server answers and hangs up while the client is still sending; the client may see either.
    const outcome = await served
      .send('POST', describeApp, headers, ' '.repeat(largestBody + 1))
      .then(codeOf, (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error))
    expect(['serve/tooLarge', 'ECONNRESET', 'EPIPE']).toContain(outcome)
    expect(served.asked).toEqual([])
  })

  it('answer a defect as a problem', async () => {
    const answer = await served.send('POST', '/api/settings/read', await served.fromOwnPage(), '{}')
    expect(answer.status).toBe(200)
    expect(codeOf(answer)).toBe('internal/unexpected')
  })
})
