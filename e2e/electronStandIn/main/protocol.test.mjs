import { describe, expect, it, vi } from 'vitest'
import { answerPaused, protocol, toAppUrl, toBrowserUrl } from './protocol.mjs'

protocol.handle('app', (request) =>
  request.url === 'app://shiftscope/missing'
    ? new Response('', { status: 404 })
    : new Response(`${request.method} ${request.url}`, { headers: { 'Content-Type': 'text/plain' } }),
)

describe('own schemes', () => {
  it.each([
    ['app://shiftscope/', 'http://shiftscope.app.localhost/'],
    ['app://shiftscope/assets/a.js?b#c', 'http://shiftscope.app.localhost/assets/a.js?b#c'],
  ])('travel as web addresses and back: %s', (own, web) => {
    expect(toBrowserUrl(own)).toBe(web)
    expect(toAppUrl(web)).toBe(own)
  })

  it.each(['https://example.org/', 'http://localhost:5173/', 'file:///a', 'other://host/'])(
    'leave %s alone',
    (url) => {
      expect(toBrowserUrl(url)).toBe(url)
      expect(toAppUrl(url)).toBe(url)
    },
  )

  it('are answered by their handler, other requests by the network', async () => {
    const call = vi.fn()
    const request = { url: 'http://shiftscope.app.localhost/a', method: 'GET', headers: {} }
    await answerPaused(call, { requestId: '1', request })
    expect(call).toHaveBeenCalledWith(
      'Fetch.fulfillRequest',
      expect.objectContaining({
        requestId: '1',
        responseCode: 200,
        body: Buffer.from('GET app://shiftscope/a').toString('base64'),
      }),
    )
    await answerPaused(call, { requestId: '2', request: { ...request, url: 'https://example.org/' } })
    expect(call).toHaveBeenLastCalledWith('Fetch.continueRequest', { requestId: '2' })
  })
})
