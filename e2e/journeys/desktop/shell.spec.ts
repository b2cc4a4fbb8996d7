import type { ElectronApplication } from '@playwright/test'
import { hasRealElectron, openDesktop } from '../../fixtures/desktop'
import { expect, test, type RunningApp } from '../../fixtures/journey'

function electronOf(app: RunningApp): ElectronApplication {
  if (!app.electron) throw new Error('This journey is for the desktop.')
  return app.electron
}

test('requests are answered through the preload', async ({ page }) => {
  const reply = await page.evaluate(() => window.shiftscope?.invoke('app/describe', {}))
  expect(reply).toMatchObject({ ok: true, value: { face: 'desktop', nativeDialogs: true } })
})

test('the preload passes only names of the contract', async ({ page }) => {
  const outcome = await page.evaluate(async () => {
    const bridge: unknown = window.shiftscope
    const { invoke, subscribe } = bridge as Record<string, (...words: unknown[]) => unknown>
    const refusalOf = async (call: () => unknown) => {
      try {
        await call()
        return 'passed'
      } catch (error) {
        return String(error)
      }
    }
    return [
      await refusalOf(() => invoke('app/destroy', {})),
      await refusalOf(() => invoke('constructor', {})),
      await refusalOf(() => subscribe('app/everything', () => undefined)),
    ]
  })
  expect(outcome[0]).toContain('knows no request "app/destroy"')
  expect(outcome[1]).toContain('knows no request "constructor"')
  expect(outcome[2]).toContain('knows no event "app/everything"')
})

test('pages have nothing of Node and cannot leave the app', async ({ page, app }) => {
  const electron = electronOf(app)
  await electron.evaluate(({ shell }) => {
    const opened: string[] = []
    Object.assign(globalThis, { opened })
    shell.openExternal = (url) => Promise.resolve(void opened.push(url))
  })
  expect(
    await page.evaluate(() => [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')]),
  ).toEqual(['undefined', 'undefined'])
  const before = page.url()
  await page.evaluate(() => {
    window.open('https://example.org/paper')
    window.open('file:///etc/passwd')
    location.href = 'https://example.org/elsewhere'
  })
  const opened = () => electron.evaluate(() => Reflect.get(globalThis, 'opened') as string[])
  await expect.poll(opened).toEqual(['https://example.org/paper', 'https://example.org/elsewhere'])
  expect(page.url()).toBe(before)
  expect(electron.windows()).toHaveLength(1)
})

test('the native dialog gives the chosen path, and null when it is cancelled', async ({ page, app }) => {
  const electron = electronOf(app)
  const choose = () =>
    page.evaluate(() => window.shiftscope?.invoke('files/choose', { purpose: 'project', kind: 'folder' }))
  await electron.evaluate(({ dialog }) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: ['/screens/k562'] })
  })
  expect(await choose()).toEqual({ ok: true, value: { path: '/screens/k562' } })
  await electron.evaluate(({ dialog }) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: true, filePaths: [] })
  })
  expect(await choose()).toEqual({ ok: true, value: { path: null } })
})

test('the window opens at its usual size, and next time at the size it was left with', async ({
  app,
  place,
}) => {
  const sizeOf = (electron: ElectronApplication) =>
    electron.evaluate(({ BrowserWindow }) => {
      const { width, height } = BrowserWindow.getAllWindows()[0].getBounds()
      return { width, height }
    })
  const electron = electronOf(app)
  expect(await sizeOf(electron)).toEqual({ width: 1440, height: 900 })
  await electron.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0].setBounds({ width: 1200, height: 760 })
  })
  await electron.close()
  const again = await openDesktop(place)
  await again.firstWindow()
  expect(await sizeOf(again)).toEqual({ width: 1200, height: 760 })
  await again.close()
})

test('a page that crashes can be loaded again', async ({ app }) => {
  test.skip(hasRealElectron, 'Playwright loses sight of a page that Electron revives.')
  const electron = electronOf(app)
  await electron.evaluate(({ dialog, BrowserWindow }) => {
    const asked: string[] = []
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = (...words: unknown[]) => {
      asked.push(JSON.stringify(words.at(-1)))
      return Promise.resolve({ response: 0, checkboxChecked: false })
    }
    BrowserWindow.getAllWindows()[0].webContents.forcefullyCrashRenderer()
  })
  const asked = () => electron.evaluate(() => Reflect.get(globalThis, 'asked') as string[])
  await expect.poll(async () => (await asked()).join()).toContain('The window stopped working.')
})
