import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '../../fixtures/journey'

test('another browser without the token is told what to do', async ({ app, browser }) => {
  const { origin } = new URL(app.address ?? '')
  const stranger = await browser.newContext()
  const page = await stranger.newPage()
  const response = await page.goto(origin)
  expect(response?.status()).toBe(401)
  await expect(page.getByText('shiftscope serve')).toBeVisible()
  await stranger.close()
})

test('a page of another origin can neither change anything nor listen', async ({ app, page }) => {
  // Another port of this machine: the browser sends it the same cookies, and it sets no policy of its own.
  const stranger = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<title>Another page</title>')
  })
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  const { origin } = new URL(app.address ?? '')
  const other = await page.context().newPage()
  await other.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`)
  const listened = await other.evaluate(async (target) => {
    // "No-cors" and plain text: the one kind of request that a browser sends without asking the server first.
    const body = JSON.stringify({ theme: 'dark' })
    const options = { method: 'POST', mode: 'no-cors', credentials: 'include', body } as const
    await fetch(`${target}/api/settings/change`, options).catch(() => undefined)
    return new Promise<string>((resolve) => {
      const socket = new WebSocket(`${target.replace('http', 'ws')}/events`)
      socket.onopen = () => resolve('open')
      socket.onerror = () => resolve('refused')
    })
  }, origin)
  expect(listened).toBe('refused')
  const settings = await page.evaluate(async () => {
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch('/api/settings/read', { method: 'POST', headers, body: '{}' })
    return response.text()
  })
  expect(settings).toContain('"theme":"system"')
  stranger.close()
})

test('the address bar does not keep the token', ({ page, app }) => {
  expect(app.address).toContain('token=')
  expect(page.url()).not.toContain('token')
})
