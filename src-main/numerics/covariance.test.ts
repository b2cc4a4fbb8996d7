import { describe, expect, it } from 'vitest'
import { CovarianceAccumulator } from './covariance'
import { RandomStream } from './random'

describe('CovarianceAccumulator', () => {
  it.each([
    { rows: 2, columns: 1, what: 'the smallest case' },
    { rows: 900, columns: 120, what: 'more than one batch' },
  ])('equals the two-pass formula: $what', ({ rows, columns }) => {
    const random = new RandomStream(2, 'simulation')
    const dense = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => (random.nextUniform() < 0.1 ? 0 : 5 * random.nextUniform())),
    )
    const accumulator = new CovarianceAccumulator(columns)
    for (const row of dense) {
      const indices = Uint32Array.from(row.keys()).filter((column) => row[column] !== 0)
      accumulator.addRow(
        indices,
        Float64Array.from(indices, (column) => row[column]),
        indices.length,
      )
    }
    const means = Array.from(
      { length: columns },
      (_, column) => dense.reduce((sum, row) => sum + row[column], 0) / rows,
    )
    const covariance = accumulator.finish()
    let largestError = 0
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < columns; j++) {
        const products = dense.map((row) => (row[i] - means[i]) * (row[j] - means[j]))
        const expected = products.reduce((sum, value) => sum + value, 0) / (rows - 1)
        largestError = Math.max(largestError, Math.abs(covariance[i * columns + j] - expected))
      }
    }
    expect(largestError).toBeLessThan(1e-11)
  })
})
