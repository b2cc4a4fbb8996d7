import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '../../fixtures/journey'
import { Frame } from '../../pages/frame'
import { ScreenPage, typePath } from '../../pages/screenPage'
import { StartPage } from '../../pages/startPage'

const example = join(import.meta.dirname, '../../../resources/exampleScreen')
const matrix = join(example, 'filtered_feature_bc_matrix')

test.beforeEach(async ({ page }) => {
  await new StartPage(page).makeProject('Bad input')
  await expect(new ScreenPage(page).heading).toBeVisible()
})

test('a file that does not exist', async ({ page }) => {
  await typePath(new ScreenPage(page).counts, '/screens/lost.h5ad')
  const alert = new Frame(page).alert
  await expect(alert).toContainText('/screens/lost.h5ad')
  await expect(alert).toContainText(/does not exist/)
  await expect(new ScreenPage(page).importScreen).toBeDisabled()
})

test('a folder without a matrix', async ({ page, place }) => {
  const folder = join(place.home, 'empty')
  await mkdir(folder)
  await typePath(new ScreenPage(page).counts, folder)
  await expect(new Frame(page).alert).toContainText(folder)
  await expect(new ScreenPage(page).importScreen).toBeDisabled()
})

test('counts that are normalised', async ({ page, place }) => {
  const file = join(place.home, 'normalised.csv')
  await writeFile(file, 'cell,STAT1,JAK2\nAAAC-1,0.52,1.2\nAAAG-1,2.7,0\n')
  await typePath(new ScreenPage(page).counts, file)
  await expect(page.getByText(/not (raw )?counts|whole numbers/).first()).toBeVisible()
  await expect(new ScreenPage(page).importScreen).toBeDisabled()
})

test('a matrix cut off in the middle leaves nothing half-written', async ({ page, place }) => {
  const folder = join(place.home, 'cut')
  await mkdir(folder)
  for (const name of ['barcodes.tsv.gz', 'features.tsv.gz'])
    await copyFile(join(matrix, name), join(folder, name))
  const whole = await readFile(join(matrix, 'matrix.mtx.gz'))
  await writeFile(join(folder, 'matrix.mtx.gz'), whole.subarray(0, Math.floor(whole.length / 2)))
  const screen = new ScreenPage(page)
  await typePath(screen.counts, folder)
  await expect(screen.guides).toBeVisible()
  await typePath(screen.guides, join(example, 'protospacer_calls_per_cell.csv'))
  await typePath(screen.guideTargets, join(example, 'guide_targets.csv'))
  const alert = new Frame(page).alert
  await expect(alert.or(screen.importScreen.and(page.locator(':enabled'))).first()).toBeVisible()
  if (await screen.importScreen.isEnabled()) await screen.importScreen.click()
  await expect(alert.first()).toContainText('matrix.mtx.gz', { timeout: 30_000 })
  const project = join(place.home, 'Shiftscope', (await readdir(join(place.home, 'Shiftscope')))[0])
  const written = (await readdir(project)).filter(
    (name) => name.endsWith('.h5ad') || name.includes('partial'),
  )
  expect(written).toEqual([])
})

test('a guide table of another experiment', async ({ page, place }) => {
  const table = join(place.home, 'guides.csv.gz')
  const rows = Array.from({ length: 40 }, (_, cell) => `OTHER${cell}-7,STAT1g1`)
  await writeFile(table, gzipSync(['cell_barcode,guide', ...rows].join('\n')))
  const screen = new ScreenPage(page)
  await typePath(screen.counts, matrix)
  await typePath(screen.guides, table)
  await expect(screen.importScreen).toBeEnabled()
  await screen.importScreen.click()
  const alert = new Frame(page).alert
  await expect(alert.first()).toContainText('OTHER', { timeout: 30_000 })
  await expect(alert.first()).toContainText(/\b0\b|none/i)
})
