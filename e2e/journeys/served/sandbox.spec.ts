import { findingsInBothThemes } from '../../fixtures/accessibility'
import { expect, test } from '../../fixtures/journey'
import { EvaluationView } from '../../pages/evaluationView'
import { Frame } from '../../pages/frame'
import { HoldOutPage, QualityPage } from '../../pages/preparationPages'
import { ResultsPage } from '../../pages/resultsPage'
import { SandboxPage } from '../../pages/sandboxPage'
import { ScreenPage } from '../../pages/screenPage'
import { ModelsPage, TrainingPage } from '../../pages/trainingPages'

test('from a simulated screen to the true graph beside the learned one', async ({ page }) => {
  test.setTimeout(300_000)
  const frame = new Frame(page)

  await test.step('simulate', async () => {
    await page.getByRole('link', { name: 'Sandbox', exact: true }).first().click()
    const sandbox = new SandboxPage(page)
    await expect(sandbox.heading).toBeVisible()
    await sandbox.set('Perturbations', 12)
    await sandbox.set('Cells of each perturbation', 40)
    await sandbox.set('Genes', 40)
    await sandbox.set('Latents', 3)
    await expect(page.getByText('12 perturbations shift 1 to 3 of 3 latents each')).toBeVisible()
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    await sandbox.simulate.click()
    await expect(sandbox.made).toBeVisible({ timeout: 60_000 })
    await expect(frame.figure('Held out', sandbox.made)).toHaveText('2')
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    await sandbox.goOn.click()
  })

  await test.step('import and prepare without a question', async () => {
    const screen = new ScreenPage(page)
    await expect(screen.heading).toBeVisible()
    await screen.importScreen.click()
    await expect(screen.report).toBeVisible({ timeout: 60_000 })
    await expect(frame.figure('Cells in the screen')).toHaveText('780')
    await frame.next.click()
    await expect(new QualityPage(page).heading).toBeVisible()
    await frame.next.click()
    const holdOut = new HoldOutPage(page)
    await expect(holdOut.rule('A list')).toBeChecked()
    await holdOut.prepare.click()
    await expect(frame.figure('Perturbations held out', holdOut.report)).toHaveText('2', { timeout: 60_000 })
  })

  await test.step('train', async () => {
    await frame.next.click()
    const models = new ModelsPage(page)
    await expect(models.latents).toHaveValue('3')
    await models.epochs.fill('50')
    await models.train.click()
    const training = new TrainingPage(page)
    await expect(training.showResults).toBeVisible({ timeout: 180_000 })
    await training.showResults.click()
    await expect(new ResultsPage(page).heading).toBeVisible()
  })

  await test.step('evaluate', async () => {
    const evaluation = new EvaluationView(page)
    await evaluation.open()
    await evaluation.openAdvanced()
    await evaluation.particles.fill('50')
    await evaluation.particles.blur()
    await evaluation.evaluate.click()
    await expect(evaluation.again).toBeVisible({ timeout: 120_000 })
    await expect(frame.figure('Mean after', evaluation.transfer)).toContainText('nats per cell')
    await expect(evaluation.truth.getByRole('heading', { name: 'True and learned graph' })).toBeVisible()
    await expect(evaluation.truth.getByText(/true edges? found, \d+ missed/).first()).toBeVisible()
    await expect(frame.figure('Recall', evaluation.truth)).toHaveText(/^[01]\.\d\d$/)
    expect.soft(await findingsInBothThemes(page)).toEqual([])
  })

  await test.step('effects without a model', async () => {
    await new EvaluationView(page).openIca()
    const results = new ResultsPage(page)
    await expect(frame.figure('Edges')).toHaveText(/^\d+\s*of 30 possible$/)
    await expect(page.getByText('† held out')).toBeVisible()
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    await results.find('IC 1')
    await expect(results.details.getByRole('heading', { name: 'Genes of this component' })).toBeVisible()
    await expect(results.details.getByRole('row')).not.toHaveCount(0)
    await page.getByText('How to read this').click()
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    await results.draw('Table')
    await expect(results.rows.first()).toContainText('False discovery rate')
    expect.soft(await findingsInBothThemes(page)).toEqual([])
  })

  await test.step('compare two runs and the simple rows', async () => {
    await frame.step('Models').click()
    await new ModelsPage(page).train.click()
    const training = new TrainingPage(page)
    await expect(training.runs).toHaveCount(2)
    await expect(training.showResults).toBeVisible({ timeout: 180_000 })
    await page.getByRole('link', { name: 'Compare' }).click()
    await expect(page.getByRole('row', { name: /ICA of effects/ })).toBeVisible()
    await expect(page.getByRole('row').filter({ has: page.getByText(/^svae-plus-/) })).toHaveCount(2)
    expect.soft(await findingsInBothThemes(page)).toEqual([])
    await page.getByRole('link', { name: 'See the edges of ICA' }).click()
    await expect(frame.figure('Components in use')).toBeVisible()
  })
})
