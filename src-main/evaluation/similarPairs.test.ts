import { expect, it } from 'vitest'
import type { Matrix } from '../numerics/matrix'
import { similarPairs, similarPairsPrecision, trueSimilarPairs } from './similarPairs'

const table = (...rows: number[][]): Matrix => ({
  rows: rows.length,
  columns: rows[0].length,
  values: Float64Array.from(rows.flat()),
})

// Cosines: 0·1 = 1/√2 (similar), 0·2 = −1, 1·2 = −1/√2; the fourth has no effect.
const truth = table([1, 0], [1, 1], [-2, 0], [0, 0])
const rows = Uint32Array.of(0, 1, 2, 3)

it('calls pairs similar whose true shifts have a cosine over a half', () => {
  expect([...trueSimilarPairs(truth, rows).isSimilar]).toEqual([1, 0, 0, 0, 0, 0])
  expect([...trueSimilarPairs(truth, Uint32Array.of(1, 2)).isSimilar]).toEqual([0])
})

it('judges estimates by the rank of the similar pair', () => {
  const pairs = trueSimilarPairs(truth, rows)
  // Reordered, flipped and stretched: the same cosines.
  expect(similarPairsPrecision(pairs, table([0, -3], [3, -3], [0, 6], [0, 0]))).toBe(1)
  // The pair 0·3 has cosine 2/√5, the similar pair 0·1 comes second with 1/√2.
  expect(similarPairsPrecision(pairs, table([1, 0], [1, 1], [-1, 0], [2, -1]))).toBe(0.5)
  // Nothing was found: all pairs are alike, one of six is similar.
  expect(similarPairsPrecision(pairs, table([0], [0], [0], [NaN]))).toBeCloseTo(1 / 6, 12)
})

it('tells both estimates, and nothing where no pair is similar', () => {
  const estimate = table([1, 0], [1, 1], [-1, 0], [2, -1])
  expect(similarPairs(trueSimilarPairs(truth, rows), truth, estimate)).toEqual({
    pairs: 6,
    similar: 1,
    fromShifts: 1,
    fromObservedShifts: 0.5,
  })
  expect(similarPairs(trueSimilarPairs(truth, rows), null, estimate)).toMatchObject({ fromShifts: null })
  expect(similarPairs(trueSimilarPairs(truth, Uint32Array.of(0, 2)), truth, estimate)).toBeNull()
})

it('needs shifts of the same perturbations', () => {
  expect(() => similarPairsPrecision(trueSimilarPairs(truth, rows), table([1, 0]))).toThrow(
    expect.objectContaining({ code: 'evaluation/sizesDiffer' }),
  )
})
