import { describe, expect, it } from 'vitest'
import { qualityRecipeSchema } from '@contract/recipe'
import { RandomStream } from '../numerics/random'
import golden from '../golden/mmd_pca.json'
import { cellsPerGroup, groupEffects, measureEffects } from './effectSizes'
import { denseScreen } from './fixtures/denseScreen'
import { cellFigures } from './quality'
import type { Screen } from './screen'

function goldenScreen(): Screen {
  const [cells, genes] = golden.counts.shape
  const rows = Array.from({ length: cells }, (_, cell) =>
    golden.counts.data.slice(cell * genes, (cell + 1) * genes),
  )
  return denseScreen(
    rows,
    golden.labels.data.map((label) => (label === golden.control_label ? null : `P${label}`)),
  )
}

const everyIndex = (length: number) => Uint32Array.from({ length }, (_, index) => index)

function effectsOf(screen: Screen, components: number) {
  return groupEffects(
    screen,
    everyIndex(screen.counts.cells),
    everyIndex(screen.counts.genes),
    cellFigures(screen.counts).counts,
    {},
    components,
  )
}

/** Poisson-like counts around a mean per gene that the second label doubles for half of the genes. */
function drawnRows(cells: number, genes: number, lift: (cell: number) => number): number[][] {
  const random = new RandomStream(4, 'simulation')
  return Array.from({ length: cells }, (_, cell) =>
    Array.from({ length: genes }, (_, gene) =>
      Math.floor(4 * random.nextUniform() * (gene % 2 === 0 ? lift(cell) : 1)),
    ),
  )
}

describe('groupEffects', () => {
  it('reproduces the golden squared MMD', async () => {
    const effects = await effectsOf(goldenScreen(), golden.n_components)
    expect(effects.map(({ name }) => name)).toEqual(['P1', 'P2'])
    for (const { label, mmd2_biased: expected } of golden.mmd) {
      const found = effects.find(({ name }) => name === `P${label}`)
      expect(Math.abs((found?.mmd ?? 0) / expected - 1)).toBeLessThan(1e-8)
      expect(found?.cells).toBe(golden.labels.data.filter((value) => value === label).length)
    }
  })

  it('compares with all other cells where there are no controls', async () => {
    const withControls = goldenScreen()
    const names = ['P0', ...withControls.perturbations]
    const effects = await effectsOf(
      {
        ...withControls,
        perturbations: names,
        perturbationOfCell: withControls.perturbationOfCell.map((p) => p + 1),
      },
      8,
    )
    expect(effects.map(({ name }) => name).sort()).toEqual(names)
    // With all components nothing is projected away: the squared distance of the mean log-normalised counts.
    const rows = Array.from({ length: 40 }, (_, cell) => golden.counts.data.slice(cell * 8, cell * 8 + 8))
    const totals = rows.map((row) => row.reduce((a, b) => a + b, 0))
    const sorted = [...totals].sort((a, b) => a - b)
    const medianTotal = (sorted[19] + sorted[20]) / 2
    const logs = rows.map((row, cell) => row.map((count) => Math.log1p((count * medianTotal) / totals[cell])))
    const mean = (wanted: (label: number) => boolean, gene: number) => {
      const group = logs.filter((_, cell) => wanted(golden.labels.data[cell]))
      return group.reduce((sum, row) => sum + row[gene], 0) / group.length
    }
    for (const { name, mmd } of effects) {
      const own = (label: number) => `P${label}` === name
      let expected = 0
      for (let gene = 0; gene < 8; gene++) {
        expected += (mean(own, gene) - mean((label) => !own(label), gene)) ** 2
      }
      expect(mmd / expected).toBeCloseTo(1, 8)
    }
  })

  it('compares the first cells of each group only', async () => {
    const cells = 2 * (cellsPerGroup + 50)
    const isControl = (cell: number) => cell % 2 === 0
    const rows = drawnRows(cells, 6, (cell) => (isControl(cell) || cell < 2 * cellsPerGroup ? 1 : 40))
    const labels = rows.map((_, cell) => (isControl(cell) ? null : 'A'))
    const [effect] = await effectsOf(denseScreen(rows, labels), 6)
    expect(effect.cells).toBe(cellsPerGroup + 50)
    expect(effect.mmd).toBeLessThan(0.05)
  })
})

describe('measureEffects', () => {
  const rows = drawnRows(300, 12, (cell) => 1 + (cell % 3))
  const screen = denseScreen(
    rows,
    rows.map((_, cell) => [null, 'WEAK', 'STRONG'][cell % 3]),
  )

  it('ranks the stronger perturbation first and repeats itself exactly', async () => {
    const quality = qualityRecipeSchema.parse({})
    const effects = await measureEffects(screen, quality)
    expect(effects.map(({ name }) => name)).toEqual(['STRONG', 'WEAK'])
    expect(await measureEffects(screen, quality)).toEqual(effects)
  })

  it('ends when it is cancelled', async () => {
    const controller = new AbortController()
    const measuring = measureEffects(screen, qualityRecipeSchema.parse({}), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('Cancelled by the person.')),
    })
    await expect(measuring).rejects.toThrow('Cancelled by the person.')
  })
})
