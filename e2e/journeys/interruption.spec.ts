import { hasRealElectron } from '../fixtures/desktop'
import { expect, test } from '../fixtures/journey'
import { killWorkers } from '../fixtures/workers'
import { Frame } from '../pages/frame'
import { HoldOutPage } from '../pages/preparationPages'
import { ScreenPage } from '../pages/screenPage'
import { StartPage } from '../pages/startPage'
import { ModelsPage, TrainingPage } from '../pages/trainingPages'

test('a training run survives the end of its worker, is paused, resumed and finished early', async ({
  page,
  app,
  face,
}) => {
  test.skip(hasRealElectron && face === 'desktop', 'The workers of Electron are not told apart by name.')
  test.setTimeout(300_000)
  const frame = new Frame(page)
  const training = new TrainingPage(page)

  await test.step('prepare the example', async () => {
    await new StartPage(page).openExample.click()
    await new ScreenPage(page).importScreen.click()
    await expect(new ScreenPage(page).report).toBeVisible({ timeout: 60_000 })
    await frame.step('Hold-out').click()
    const holdOut = new HoldOutPage(page)
    await holdOut.prepare.click()
    await expect(holdOut.report).toBeVisible({ timeout: 60_000 })
  })

  await test.step('train', async () => {
    await frame.step('Models').click()
    const models = new ModelsPage(page)
    await models.epochs.fill('5000')
    await models.train.click()
    await expect(frame.figure('Epochs')).toHaveText(/^[1-9]\d* of 5,?000$/, { timeout: 120_000 })
  })

  await test.step('the worker dies', async () => {
    await expect.poll(() => killWorkers(app.processId)).toBeGreaterThan(0)
    await expect(training.runs.first()).toContainText('Interrupted', { timeout: 30_000 })
    await expect(training.resume).toBeVisible()
  })

  await test.step('resume and pause', async () => {
    await training.resume.click()
    await expect(training.runs.first()).toContainText('Running', { timeout: 60_000 })
    await expect(training.pause).toBeVisible()
    await training.pause.click()
    await expect(training.runs.first()).toContainText('Paused', { timeout: 60_000 })
  })

  await test.step('finish early and keep the result', async () => {
    await training.resume.click()
    await expect(training.finish).toBeVisible({ timeout: 60_000 })
    await training.finish.click()
    await expect(training.showResults).toBeVisible({ timeout: 120_000 })
  })
})
