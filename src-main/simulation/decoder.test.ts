import { describe, expect, test } from 'vitest'
import golden from '../golden/simulation_decoder.json'
import { goldenMatrix } from '../golden/goldenMatrix'
import { multiply, transpose } from '../numerics/matrix'
import { drawWeights, expectedCounts, publishedLibrary } from './decoder'

describe('expected counts of the golden network', () => {
  test.each([
    ['code', golden.rate_over_cells],
    ['paper', golden.rate_per_cell],
  ] as const)('in the form of the %s', async (form, expected) => {
    const z = goldenMatrix(golden.z)
    const fill = await expectedCounts(golden.weights.map(goldenMatrix), z, form, publishedLibrary[form])
    const [cells, genes] = expected.shape
    const rates = new Float64Array(genes)
    for (let cell = 0; cell < cells; cell++) {
      fill(cell, rates)
      rates.forEach((rate, gene) => {
        expect(Math.abs(rate / expected.data[cell * genes + gene] - 1)).toBeLessThan(1e-9)
      })
    }
  })
})

test.each([
  [15, 100],
  [3, 12],
  [60, 200],
])('weights for %d latents and %d genes are orthogonal and scaled', (latents, genes) => {
  const weights = drawWeights(latents, genes, 4)
  expect(weights.map(({ rows, columns }) => [rows, columns])).toEqual([
    [latents, 40],
    [40, 40],
    [40, 40],
    [40, genes],
  ])
  for (const weight of weights) {
    const { rows, columns } = weight
    const product =
      rows <= columns ? multiply(weight, transpose(weight)) : multiply(transpose(weight), weight)
    const square = (2 / 1.04) * (2 / (rows + columns))
    product.values.forEach((value, i) => {
      const isDiagonal = i % product.columns === Math.floor(i / product.columns)
      expect(value).toBeCloseTo(isDiagonal ? square : 0, 12)
    })
  }
})

test('equal seeds give equal weights, others do not', () => {
  expect(drawWeights(3, 10, 1)).toEqual(drawWeights(3, 10, 1))
  expect(drawWeights(3, 10, 1)).not.toEqual(drawWeights(3, 10, 2))
})
