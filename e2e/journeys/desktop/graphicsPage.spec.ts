import { hasRealElectron } from '../../fixtures/desktop'
import { expect, test } from '../../fixtures/journey'

test('a graphics processor is looked for in a hidden page, which is closed after', async ({ page, app }) => {
  const { electron } = app
  if (!electron) throw new Error('This journey is for the desktop.')
  // Noted as it happens: the page may be gone again before anyone looks.
  await electron.evaluate(({ app: main }) => {
    const pages = { opened: [] as string[], closed: 0 }
    Object.assign(globalThis, { hiddenPages: pages })
    main.on('browser-window-created', (_event, window) => {
      window.webContents.once('did-finish-load', () => {
        pages.opened.push(window.isVisible() ? 'a visible page' : window.webContents.getURL())
      })
      window.once('closed', () => (pages.closed += 1))
    })
  })
  const hiddenPages = () => electron.evaluate(() => Reflect.get(globalThis, 'hiddenPages') as unknown)
  const reply = await page.evaluate(() => window.shiftscope?.invoke('app/diagnose', { measure: false }))
  expect(reply).toMatchObject({ ok: true })
  // The stand-in's Chromium has no graphics: it is the page that says so.
  if (reply?.ok && !hasRealElectron) {
    const webgpu = reply.value.devices.find(({ name }) => name === 'webgpu')
    expect(webgpu).toMatchObject({
      usable: false,
      detail: expect.stringMatching(/^This (computer|machine) has no graphics processor that/),
    })
  }
  const opened: unknown = [expect.stringMatching(/^app:.*\/graphics\.html$/)]
  await expect.poll(hiddenPages).toEqual({ opened, closed: 1 })
  await expect(page.getByRole('main')).toBeVisible()
})
