import { describe, expect, it } from 'vitest'
import { ShiftscopeError } from '@contract/errors'
import { qualityRecipeSchema } from '@contract/recipe'
import { histogramSchema } from '@contract/reports'
import { denseScreen } from './fixtures/denseScreen'
import { histogramOfCells } from './histogram'
import { applyQuality, cellFigures, cellsPerPerturbation, judgeCells } from './quality'

/** Counts 6, 0, 5, 9, 3, 2 in 2, 0, 1, 3, 3, 1 genes. */
const screen = denseScreen(
  [
    [5, 1, 0],
    [0, 0, 0],
    [0, 5, 0],
    [3, 3, 3],
    [1, 1, 1],
    [0, 0, 2],
  ],
  [null, 'A', 'A', 'A', 'B', 'B'],
)
const figures = cellFigures(screen.counts)
const rule = (choices: object) => qualityRecipeSchema.parse({ minimumCellsPerPerturbation: 1, ...choices })

function thrownBy(action: () => unknown): ShiftscopeError {
  try {
    action()
  } catch (error) {
    if (error instanceof ShiftscopeError) return error
  }
  throw new Error('Nothing was refused.')
}

describe('cellFigures', () => {
  it('counts UMIs and genes of each cell', () => {
    expect([...figures.counts]).toEqual([6, 0, 5, 9, 3, 2])
    expect([...figures.genes]).toEqual([2, 0, 1, 3, 3, 1])
  })
})

describe('cellsPerPerturbation', () => {
  it('lists controls among the perturbations, most cells first', () => {
    expect(cellsPerPerturbation(screen)).toEqual([
      { name: 'A', cells: 3, control: false },
      { name: 'B', cells: 2, control: false },
      { name: 'control', cells: 1, control: true },
    ])
  })
})

describe('judgeCells', () => {
  it('counts each cell once, by the first reason for which it goes', () => {
    const { cells, preview } = judgeCells(
      figures,
      screen,
      rule({ minimumCounts: 3, minimumGenes: 2, minimumCellsPerPerturbation: 1 }),
    )
    expect([...cells]).toEqual([0, 3, 4])
    expect(preview.cells).toEqual({
      all: 6,
      kept: 3,
      tooFewCounts: 2,
      tooFewGenes: 1,
      inSmallPerturbations: 0,
    })
    expect(preview.perturbations).toEqual({ all: 2, kept: 2 })
  })

  it('removes small perturbations by the cells that are left, and never the controls', () => {
    const { cells, preview } = judgeCells(figures, screen, rule({ minimumCellsPerPerturbation: 2 }))
    expect([...cells]).toEqual([0, 2, 3, 4, 5])
    expect(preview.cells.tooFewCounts).toBe(1)
    const stricter = judgeCells(figures, screen, rule({ minimumCounts: 3, minimumCellsPerPerturbation: 2 }))
    expect(stricter.preview.removedPerturbations).toEqual([{ name: 'B', cells: 1, control: false }])
    expect(stricter.preview.keptPerturbations).toEqual([
      { name: 'A', cells: 2, control: false },
      { name: 'control', cells: 1, control: true },
    ])
    expect(stricter.preview.cells).toMatchObject({ kept: 3, inSmallPerturbations: 1 })
  })

  it('answers even when nothing is left', () => {
    const { preview } = judgeCells(figures, screen, rule({ minimumCounts: 100 }))
    expect(preview.cells.kept).toBe(0)
    expect(preview.perturbations.kept).toBe(0)
  })
})

describe('applyQuality', () => {
  it.each([
    [{ minimumCounts: 10 }, 'quality/noCellsLeft', 'quality.minimumCounts', '9'],
    [{ minimumGenes: 4 }, 'quality/noCellsLeft', 'quality.minimumGenes', '3'],
    [{ minimumCellsPerPerturbation: 20 }, 'quality/noPerturbationsLeft', 'minimumCellsPerPerturbation', '2'],
  ])('says which threshold of %o to lower', (choices, code, where, best) => {
    const error = thrownBy(() => applyQuality(figures, screen, rule(choices)))
    expect(error.code).toBe(code)
    expect(error.where).toContain(where)
    expect(error.hint).toContain(best)
  })

  it('says so when only control cells are left or no cell has counts', () => {
    const controls = denseScreen([[9], [1]], [null, 'A'])
    const onlyControls = thrownBy(() =>
      applyQuality(cellFigures(controls.counts), controls, rule({ minimumCounts: 5 })),
    )
    expect(onlyControls.message).toContain('only control cells')
    const empty = denseScreen([[0], [0]], [null, 'A'])
    expect(thrownBy(() => applyQuality(cellFigures(empty.counts), empty, rule({}))).code).toBe(
      'quality/emptyCells',
    )
  })
})

describe('histogramOfCells', () => {
  it('counts every cell once, in ascending bins that span the values', () => {
    const values = Uint32Array.from({ length: 5000 }, (_, i) => Math.round(200 * 10 ** (i / 2500)))
    const histogram = histogramSchema.parse(histogramOfCells(values))
    expect(histogram.scale).toBe('log10')
    expect(histogram.edges).toHaveLength(histogram.cells.length + 1)
    expect(histogram.edges.at(0)).toBe(200)
    expect(histogram.edges.at(-1)).toBe(values[4999])
    expect(histogram.cells.reduce((a, b) => a + b, 0)).toBe(5000)
    // Evenly spread on the log scale: no bin may stand out.
    expect(Math.max(...histogram.cells) / Math.min(...histogram.cells)).toBeLessThan(1.2)
  })

  it('has no teeth between small whole numbers', () => {
    const values = Uint32Array.from({ length: 4000 }, (_, i) => 1 + (i % 40))
    expect(histogramOfCells(values).cells.every((cells) => cells > 0)).toBe(true)
    // Detected genes of a shallow screen, evenly spread with few cells far out.
    const genes = Uint32Array.from([...Array.from({ length: 7000 }, (_, i) => 30 + (i % 70)), 8, 140])
    const { scale, edges, cells } = histogramOfCells(genes)
    expect(scale).toBe('linear')
    const inside = cells.filter((_, bin) => edges[bin] >= 30 && edges[bin + 1] <= 100)
    expect(inside.length).toBeGreaterThan(10)
    expect(new Set(inside).size).toBe(1)
  })

  it('is linear over a narrow range and copes with one value, none, and zeros', () => {
    expect(histogramOfCells(Uint32Array.of(5, 6, 7, 7))).toEqual({
      scale: 'linear',
      edges: [5, 6, 7, 8],
      cells: [1, 1, 2],
    })
    expect(histogramOfCells(Uint32Array.of(3, 3)).cells).toEqual([2])
    expect(histogramOfCells(new Uint32Array(0)).cells).toEqual([0])
    expect(histogramOfCells(Uint32Array.of(0, 0)).cells).toEqual([2])
    expect(histogramOfCells(Uint32Array.of(0, 1, 1000)).cells.reduce((a, b) => a + b, 0)).toBe(3)
  })
})
