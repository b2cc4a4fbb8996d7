import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findingsInBothThemes } from '../../fixtures/accessibility'
import { expect, test } from '../../fixtures/journey'
import { EvaluationView } from '../../pages/evaluationView'
import { ExportsPage } from '../../pages/exportsPage'
import { Frame } from '../../pages/frame'
import { HoldOutPage, QualityPage } from '../../pages/preparationPages'
import { ResultsPage } from '../../pages/resultsPage'
import { ScreenPage, typePath } from '../../pages/screenPage'
import { StartPage } from '../../pages/startPage'
import { ModelsPage, TrainingPage } from '../../pages/trainingPages'

test('from the example screen to the genes behind a shift', async ({ page, place }) => {
  test.setTimeout(300_000)
  const frame = new Frame(page)

  await test.step('open the example', async () => {
    await new StartPage(page).openExample.click()
    await expect(new ScreenPage(page).heading).toBeVisible()
    await expect(page.getByText('20,729 cells').first()).toBeVisible()
    expect.soft(await findingsInBothThemes(page)).toEqual([])
  })

  await test.step('import', async () => {
    const screen = new ScreenPage(page)
    await screen.importScreen.click()
    await expect(screen.report).toBeVisible({ timeout: 60_000 })
    await expect(frame.figure('Cells in the screen')).toHaveText('20,714')
    await expect(frame.figure('Genes')).toHaveText('299')
    await expect(frame.step('Screen')).toContainText('Done')
    expect.soft(await findingsInBothThemes(page)).toEqual([])
  })

  await test.step('quality', async () => {
    await frame.next.click()
    const quality = new QualityPage(page)
    await expect(quality.heading).toBeVisible()
    await expect(quality.countsPerCell).toBeVisible()
    await expect(frame.figure('Cells kept')).toContainText('20,')
    expect.soft(await findingsInBothThemes(page)).toEqual([])
  })

  await test.step('hold-out and preparation', async () => {
    await frame.next.click()
    const holdOut = new HoldOutPage(page)
    await expect(holdOut.heading).toBeVisible()
    await expect(holdOut.rule('Nothing')).toBeChecked()
    await holdOut.prepare.click()
    await expect(holdOut.report).toBeVisible({ timeout: 60_000 })
    await expect(frame.figure('Perturbations held out', holdOut.report)).toHaveText('0')
    expect.soft(await findingsInBothThemes(page)).toEqual([])
  })

  await test.step('models', async () => {
    await frame.next.click()
    const models = new ModelsPage(page)
    await expect(models.heading).toBeVisible()
    await models.epochs.fill('0')
    await expect(models.train).toBeDisabled()
    await models.epochs.fill('4')
    await models.warmUp.fill('1')
    await models.latents.fill('6')
    await expect(frame.figure('Time')).toHaveText(/\d+ s/, { timeout: 60_000 })
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    await models.train.click()
  })

  await test.step('training', async () => {
    const training = new TrainingPage(page)
    await expect(training.heading).toBeVisible()
    await expect(training.runs).toHaveCount(1)
    await expect(training.showResults).toBeVisible({ timeout: 180_000 })
    await expect(frame.figure('Epochs')).toHaveText('4 of 4')
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    await training.showResults.click()
  })

  await test.step('results', async () => {
    const results = new ResultsPage(page)
    await expect(results.heading).toBeVisible()
    await expect(page.getByRole('status').filter({ hasText: /edges? over 0\.50/ })).toBeVisible()
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    await results.find('Latent 1')
    await expect(results.details.getByRole('heading', { name: 'Genes of this latent' })).toBeVisible()
    await expect(results.details.getByRole('row')).not.toHaveCount(0)
    expect.soft(await findingsInBothThemes(page)).toEqual([])
  })

  await test.step('evaluation', async () => {
    const evaluation = new EvaluationView(page)
    await evaluation.open()
    await expect(page.getByRole('heading', { name: 'No perturbation was held out' })).toBeVisible()
    // A real screen without a hold-out: there is nothing to evaluate, only the way to have something.
    await expect(evaluation.toHoldOut).toBeVisible()
    await expect(evaluation.evaluate).toHaveCount(0)
    expect.soft(await findingsInBothThemes(page)).toEqual([])
  })

  await test.step('export', async () => {
    await page.getByRole('link', { name: 'Exports' }).click()
    const exports = new ExportsPage(page)
    await expect(exports.heading).toBeVisible()
    const folder = join(place.home, 'tables')
    await typePath(exports.folder, folder)
    await exports.start.click()
    await expect(exports.done).toBeVisible({ timeout: 60_000 })
    await expect(exports.file('target_graph.csv')).not.toContainText('not yet')
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    const table = await readFile(join(folder, 'target_graph.csv'), 'utf8')
    expect(table.split('\n', 1)[0]).toBe('perturbation,latent,probability,shift,edge')
    expect(table).toContain('STAT1,z1,')
  })

  await test.step('compare and settings', async () => {
    await page.getByRole('link', { name: 'Compare' }).click()
    await expect(page).toHaveTitle(/Compare/)
    await expect(frame.heading).toBeVisible()
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    await page.getByRole('link', { name: 'Settings' }).click()
    await expect(page).toHaveTitle(/Settings/)
    await expect(frame.heading).toBeVisible()
    expect.soft(await findingsInBothThemes(page)).toEqual([])
  })

  await test.step('the project is on disk and opens again', async () => {
    const [project] = await readdir(join(place.home, 'Shiftscope'))
    const files = await readdir(join(place.home, 'Shiftscope', project))
    expect(files).toEqual(expect.arrayContaining(['project.json', 'recipe.yaml', 'screen.h5ad', 'runs']))
    await frame.step('Results').click()
    await page.reload()
    await expect(new ResultsPage(page).heading).toBeVisible()
    await expect(frame.step('Results')).toContainText('Done')
  })
})
