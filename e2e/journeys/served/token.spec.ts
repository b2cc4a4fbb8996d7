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

test('a page of another origin can neither ask nor listen', async ({ app, browser }) => {
  const { origin, port } = new URL(app.address ?? '')
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(app.address ?? '')
  // Same machine, same browser, cookie and all: only the name differs, and with it the origin.
  await page.goto(`http://localhost:${port}/`)
  const outcome = await page.evaluate(async (target) => {
    const asked = await fetch(`${target}/api/app/describe`, {
      method: 'POST',
      credentials: 'include',
      body: '{}',
    }).then(
      () => 'answered',
      () => 'refused',
    )
    const listened = await new Promise<string>((resolve) => {
      const socket = new WebSocket(`${target.replace('http', 'ws')}/events`)
      socket.onopen = () => resolve('open')
      socket.onerror = () => resolve('refused')
    })
    return { asked, listened }
  }, origin)
  expect(outcome).toEqual({ asked: 'refused', listened: 'refused' })
  await context.close()
})

test('the address bar does not keep the token', ({ page, app }) => {
  expect(app.address).toContain('token=')
  expect(page.url()).not.toContain('token')
})
