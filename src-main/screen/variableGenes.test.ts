import { describe, expect, it } from 'vitest'
import golden from '../golden/hvg_seurat_v3.json'
import { denseCounts, denseScreen } from './fixtures/denseScreen'
import { chooseGenes, geneVariability } from './variableGenes'

const [cellCount, geneCount] = golden.counts.shape
const matrix = denseCounts(
  Array.from({ length: cellCount }, (_, cell) =>
    golden.counts.data.slice(cell * geneCount, (cell + 1) * geneCount),
  ),
)
const allCells = Uint32Array.from({ length: cellCount }, (_, cell) => cell)

function expectClose(actual: ArrayLike<number>, expected: readonly number[], relative: number): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value), `entry ${i}`).toBeLessThanOrEqual(relative * Math.abs(value) + 1e-12)
  })
}

describe('geneVariability', () => {
  it.each(['direct', 'interpolate'] as const)('reproduces the golden numbers, surface %s', (surface) => {
    const variability = geneVariability(matrix, allCells, surface)
    expectClose(variability.mean, golden.mean.data, 1e-12)
    expectClose(variability.variance, golden.variance_ddof1.data, 1e-12)
    expectClose(variability.normalisedVariance, golden[surface].normalised_variance.data, 1e-6)
    const rank = new Array<number>(geneCount)
    variability.order.forEach((gene, position) => (rank[gene] = position))
    expect(rank).toEqual(golden[surface].rank.data)
  })

  it('shares the golden overlap of top genes between the two surfaces', () => {
    const top = (surface: 'direct' | 'interpolate') =>
      geneVariability(matrix, allCells, surface).order.subarray(0, golden.n_top)
    const direct = new Set(top('direct'))
    expect(top('interpolate').filter((gene) => direct.has(gene))).toHaveLength(golden.top_overlap)
  })

  it('uses the given cells only', () => {
    const half = allCells.filter((cell) => cell % 2 === 0)
    const rows = Array.from(half, (cell) =>
      golden.counts.data.slice(cell * geneCount, (cell + 1) * geneCount),
    )
    const everyCell = Uint32Array.from(half.keys())
    expect(geneVariability(matrix, half)).toEqual(geneVariability(denseCounts(rows), everyCell))
  })
})

describe('chooseGenes', () => {
  const rows = [
    [0, 9, 1, 2, 1, 0],
    [9, 0, 1, 1, 2, 0],
    [0, 8, 1, 2, 1, 0],
    [7, 0, 1, 1, 2, 0],
  ]
  const symbols = ['A', 'B', 'C', 'TWICE', 'TWICE', 'F']
  const screen = denseScreen(rows, [null, 'C', 'C+TWICE', 'X'], symbols)
  const cells = Uint32Array.of(0, 1, 2, 3)

  it('keeps the most variable genes and every target, by symbol or id, of singles and combinations', () => {
    const chosen = chooseGenes(screen, cells, ['C+TWICE', 'ENSG6', 'X'], 1)
    expect([...chosen.genes].slice(-4)).toEqual([2, 3, 4, 5])
    expect(chosen.genes).toHaveLength(5)
    expect(chosen.targets).toEqual(['C', 'ENSG6', 'TWICE'])
    expect(chosen.unmeasuredTargets).toEqual(['X'])
  })

  it('keeps everything when asked for all or for more than there is', () => {
    expect(chooseGenes(screen, cells, [], 'all').genes).toHaveLength(6)
    expect(chooseGenes(screen, cells, [], 100).genes).toHaveLength(6)
  })
})
