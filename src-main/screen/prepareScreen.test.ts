import { describe, expect, it } from 'vitest'
import { holdOutRecipeSchema, qualityRecipeSchema, splitRecipeSchema } from '@contract/recipe'
import { prepareReportSchema } from '@contract/reports'
import { RandomStream } from '../numerics/random'
import { denseScreen } from './fixtures/denseScreen'
import { prepareScreen } from './prepareScreen'
import { controlCell, type Screen } from './screen'

/** 200 control cells, 60 of A, 40 of B, 30 of A+B, 25 of C, 2 of TINY, shuffled; B moves the even genes strongly. */
function drawnScreen(): Screen {
  const sizes: [string | null, number][] = [
    [null, 200],
    ['A', 60],
    ['B', 40],
    ['A+B', 30],
    ['C', 25],
    ['TINY', 2],
  ]
  const random = new RandomStream(9, 'simulation')
  const labels = random.shuffle(sizes.flatMap(([name, cells]) => new Array<string | null>(cells).fill(name)))
  const rows = labels.map((label) =>
    Array.from({ length: 30 }, (_, gene) =>
      Math.floor(random.nextUniform() ** 2 * (label === 'B' && gene % 2 === 0 ? 12 : 5)),
    ),
  )
  const symbols = Array.from({ length: 30 }, (_, gene) => (gene === 3 ? 'A' : gene === 4 ? 'C' : `G${gene}`))
  const batch = { kind: 'number' as const, values: Float64Array.from(labels.keys()) }
  return { ...denseScreen(rows, labels, symbols), covariates: { batch } }
}

const screen = drawnScreen()
const choices = (holdOut: object = { rule: 'none' }, quality: object = {}, split: object = {}) => ({
  quality: qualityRecipeSchema.parse(quality),
  holdOut: holdOutRecipeSchema.parse(holdOut),
  split: splitRecipeSchema.parse(split),
})

describe('prepareScreen', () => {
  it('removes small perturbations and says so', async () => {
    const { screen: prepared, report } = await prepareScreen(screen, choices())
    expect(() => prepareReportSchema.parse(report)).not.toThrow()
    expect(prepared.perturbations).toEqual(['A', 'A+B', 'B', 'C'])
    expect(report.cells).toEqual({
      imported: 357,
      kept: 355,
      tooFewCounts: 0,
      tooFewGenes: 0,
      inSmallPerturbations: 2,
      train: 320,
      validation: 35,
      test: 0,
    })
    expect(report.removedPerturbations).toEqual([{ name: 'TINY', cells: 2, control: false }])
    expect(report.findings.map(({ message }) => message).join(' ')).toContain('TINY (2)')
    expect(report.perturbations.at(0)).toEqual({ name: 'control', cells: 200, control: true, heldOut: false })
  })

  it('keeps for every cell what it had before', async () => {
    const { screen: prepared } = await prepareScreen(screen, choices({ rule: 'none' }, { variableGenes: 10 }))
    const rowOf = (of: Screen, cell: number) => {
      const { rowStarts, geneIndices, counts } = of.counts
      const row = new Map<string, number>()
      for (let entry = rowStarts[cell]; entry < rowStarts[cell + 1]; entry++) {
        row.set(of.genes.ids[geneIndices[entry]], counts[entry])
      }
      return row
    }
    const label = (of: Screen, cell: number) =>
      of.perturbationOfCell[cell] === controlCell ? null : of.perturbations[of.perturbationOfCell[cell]]
    prepared.barcodes.forEach((barcode, cell) => {
      const before = screen.barcodes.indexOf(barcode)
      expect(label(prepared, cell)).toBe(label(screen, before))
      expect(prepared.guidesOfCell[cell]).toBe(screen.guidesOfCell[before])
      expect(prepared.covariates.batch).toMatchObject({ kind: 'number' })
      const expected = [...rowOf(screen, before)].filter(([id]) => prepared.genes.ids.includes(id))
      expect([...rowOf(prepared, cell)]).toEqual(expected)
    })
  })

  it('keeps targets that are measured, whatever their variance', async () => {
    const { screen: prepared, report } = await prepareScreen(
      screen,
      choices({ rule: 'none' }, { variableGenes: 10 }),
    )
    expect(report.genes.targets).toEqual(['A', 'C'])
    expect(prepared.genes.symbols).toEqual(expect.arrayContaining(['A', 'C']))
    expect(prepared.counts.genes).toBeGreaterThanOrEqual(10)
    expect(prepared.counts.genes).toBeLessThanOrEqual(12)
    expect(report.findings.map(({ message }) => message).join(' ')).toContain(
      'not among the measured genes: B',
    )
  })

  it('puts all cells of held-out perturbations into the test split', async () => {
    const { screen: prepared, report } = await prepareScreen(
      screen,
      choices({ rule: 'list', perturbations: ['A'] }, {}, { sharedTargets: 'holdOutToo' }),
    )
    expect(prepared.heldOut).toEqual([true, true, false, false])
    expect(report.cells).toMatchObject({ test: 90, train: 239, validation: 26 })
    prepared.splitOfCell.forEach((split, cell) => {
      const perturbation = prepared.perturbationOfCell[cell]
      expect(split === 'test').toBe(perturbation !== controlCell && prepared.heldOut[perturbation])
    })
    expect(report.findings.map(({ message }) => message).join(' ')).toContain('Held out too')
  })

  it('measures effects where the rule needs them, and takes those measured before', async () => {
    const rule = { rule: 'strongest', count: 1 }
    const measured = await prepareScreen(screen, choices(rule, {}, { sharedTargets: 'allow' }))
    expect(measured.report.perturbations.find(({ heldOut }) => heldOut)?.name).toBe('B')
    const given = await prepareScreen(screen, {
      ...choices(rule, {}, { sharedTargets: 'allow' }),
      effects: [{ name: 'C', cells: 25, mmd: 1 }],
    })
    expect(given.report.perturbations.find(({ heldOut }) => heldOut)?.name).toBe('C')
  })

  it('gives the same result for the same seed and another split for another', async () => {
    const first = await prepareScreen(
      screen,
      choices({ rule: 'random', share: 0.25 }, {}, { seed: 3, sharedTargets: 'holdOutToo' }),
    )
    const again = await prepareScreen(
      screen,
      choices({ rule: 'random', share: 0.25 }, {}, { seed: 3, sharedTargets: 'holdOutToo' }),
    )
    expect(again).toEqual(first)
    const other = await prepareScreen(screen, choices({ rule: 'none' }, {}, { seed: 4 }))
    const base = await prepareScreen(screen, choices({ rule: 'none' }, {}, { seed: 3 }))
    expect(other.screen.splitOfCell).not.toEqual(base.screen.splitOfCell)
  })

  it('notices screens without controls and with one perturbation', async () => {
    const rows = Array.from({ length: 30 }, (_, cell) => [1 + (cell % 3), 2, cell % 2])
    const { report } = await prepareScreen(denseScreen(rows, new Array<string>(30).fill('A')), choices())
    const messages = report.findings.map(({ message }) => message).join(' ')
    expect(messages).toContain('no control cells')
    expect(messages).toContain('Only one perturbation')
  })

  it.each([
    [
      'a screen whose only perturbation has two cells',
      [null, null, 'A', 'A'],
      {},
      'quality/noPerturbationsLeft',
    ],
    ['too few cells to train on', [null, 'A'], { minimumCellsPerPerturbation: 1 }, 'prepare/tooFewCells'],
  ])('refuses %s', async (_, labels, quality, code) => {
    const small = denseScreen(
      labels.map((_label, cell) => [cell + 1, 2]),
      labels,
    )
    await expect(prepareScreen(small, choices({ rule: 'none' }, quality))).rejects.toMatchObject({ code })
  })

  it('copes with a perturbation of two cells where the minimum allows it', async () => {
    const { screen: prepared } = await prepareScreen(
      screen,
      choices({ rule: 'none' }, { minimumCellsPerPerturbation: 2 }),
    )
    const tiny = prepared.perturbations.indexOf('TINY')
    const splits = prepared.splitOfCell.filter((_, cell) => prepared.perturbationOfCell[cell] === tiny)
    expect(splits).toHaveLength(2)
    expect(splits).toContain('train')
  })

  it('ends when it is cancelled', async () => {
    const signal = AbortSignal.abort(new Error('Cancelled by the person.'))
    await expect(prepareScreen(screen, choices(), { signal })).rejects.toThrow('Cancelled by the person.')
  })
})
