import { expect, it } from 'vitest'
import { averagePrecision } from './averagePrecision'

it('sums precision times gained recall, equal scores at once', () => {
  // Scores .9 (one of one), .8 (one of two more: two of three), .3 (none), .2 (one of two more: three of six):
  // ⅓·1 + ⅓·⅔ + ⅓·½, also what scikit-learn's average_precision_score gives.
  const scores = Float64Array.of(0.9, 0.8, 0.8, 0.3, 0.2, 0.2)
  expect(averagePrecision([1, 0, 1, 0, 0, 1], scores)).toBeCloseTo(13 / 18, 12)
})

it('is the share of positives where all scores are equal, and 1 where the positives are first', () => {
  expect(averagePrecision([0, 1, 0, 0], new Float64Array(4))).toBe(0.25)
  expect(averagePrecision([0, 1, 1, 0], Float64Array.of(-1, 2, 3, 0))).toBe(1)
})

it('needs positives', () => {
  expect(averagePrecision([0, 0], Float64Array.of(1, 2))).toBeNull()
  expect(averagePrecision([], new Float64Array())).toBeNull()
})
