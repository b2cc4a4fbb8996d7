import { expect, test } from '../../fixtures/journey'
import { Frame } from '../../pages/frame'
import { HoldOutPage } from '../../pages/preparationPages'
import { ScreenPage } from '../../pages/screenPage'
import { StartPage } from '../../pages/startPage'
import { ModelsPage, TrainingPage } from '../../pages/trainingPages'

test('quitting while a model trains asks first', async ({ page, app }) => {
  test.setTimeout(180_000)
  const { electron } = app
  if (!electron) throw new Error('This journey is for the desktop.')
  const frame = new Frame(page)
  await new StartPage(page).openExample.click()
  await new ScreenPage(page).importScreen.click()
  await expect(new ScreenPage(page).report).toBeVisible({ timeout: 60_000 })
  await frame.step('Hold-out').click()
  await new HoldOutPage(page).prepare.click()
  await expect(new HoldOutPage(page).report).toBeVisible({ timeout: 60_000 })
  await frame.step('Models').click()
  await new ModelsPage(page).epochs.fill('5000')
  await new ModelsPage(page).train.click()
  const training = new TrainingPage(page)
  await expect(training.pause).toBeVisible({ timeout: 60_000 })

  const close = (answer: number) =>
    electron.evaluate(({ dialog, BrowserWindow }, response) => {
      const asked: string[] = []
      Object.assign(globalThis, { asked })
      dialog.showMessageBox = (...words: unknown[]) => {
        asked.push(JSON.stringify(words.at(-1)))
        return Promise.resolve({ response, checkboxChecked: false })
      }
      BrowserWindow.getAllWindows()[0].close()
    }, answer)
  const asked = () => electron.evaluate(() => Reflect.get(globalThis, 'asked') as string[])

  await close(0)
  await expect.poll(async () => (await asked()).join()).toContain('A task is running.')
  await expect(training.runs.first()).toContainText('Running')

  const ended = electron.waitForEvent('close')
  await close(1).catch(() => undefined)
  await ended
})
