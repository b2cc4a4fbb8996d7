import { hasRealElectron } from '../../fixtures/desktop'
import { expect, test } from '../../fixtures/journey'

test('a graphics processor is looked for in a hidden page, which is closed after', async ({ page, app }) => {
  const { electron } = app
  if (!electron) throw new Error('This journey is for the desktop.')
  const hidden = () =>
    electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().flatMap((window) =>
        window.isVisible() ? [] : [window.webContents.getURL()],
      ),
    )
  const diagnosing = page.evaluate(() => window.shiftscope?.invoke('app/diagnose', { measure: false }))
  await expect.poll(hidden).toEqual([expect.stringMatching(/^app:.*\/graphics\.html$/)])
  const reply = await diagnosing
  expect(reply).toMatchObject({ ok: true })
  // The stand-in's Chromium has no graphics: it is the page that says so.
  if (reply?.ok && !hasRealElectron) {
    const webgpu = reply.value.devices.find(({ name }) => name === 'webgpu')
    expect(webgpu).toMatchObject({
      usable: false,
      detail: expect.stringMatching(/^This (computer|machine) has no graphics processor that/) as unknown,
    })
  }
  await expect.poll(hidden).toEqual([])
  await expect(page.getByRole('main')).toBeVisible()
})
