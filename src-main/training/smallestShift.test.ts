import { expect, test } from 'vitest'
import { smallestDetectableShift } from './smallestShift'

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit))

/** Lowest point of a function of one number, by a fine grid. */
function lowestAt(loss: (at: number) => number, from: number, to: number): number {
  const steps = 4000
  const points = Array.from({ length: steps + 1 }, (_, step) => from + ((to - from) * step) / steps)
  return points.reduce((best, point) => (loss(point) < loss(best) ? point : best))
}

/** Edge probability where the loss of one pair is lowest, over shift, edge and (as in the paper) its prior. */
function restingProbability(form: 'code' | 'paper', alpha: number, cells: number, mean: number): number {
  const logBeta = (q: number) => Math.log(alpha) + (alpha - 1) * Math.log(1 - q)
  const divergence = (q: number, psi: number) =>
    q * Math.log(q / psi) + (1 - q) * Math.log((1 - q) / (1 - psi))
  const sparsity = (q: number) => {
    if (form === 'code') return -logBeta(q)
    const loss = (logit: number) => divergence(q, sigmoid(logit)) - logBeta(sigmoid(logit))
    let [low, high] = [-15, 15]
    for (let step = 0; step < 60; step++) {
      const [left, right] = [low + (high - low) / 3, high - (high - low) / 3]
      if (loss(left) < loss(right)) high = right
      else low = left
    }
    return loss(low)
  }
  const shift = lowestAt((value) => value ** 2 / 2 - mean * value, -4, 4)
  const loss = (q: number) => cells * q * (shift ** 2 / 2 - mean * shift) + sparsity(q)
  return sigmoid(lowestAt((logit) => loss(sigmoid(logit)), -10, 10))
}

test.each([
  ['code', 44, 150],
  ['code', 5, 60],
  ['paper', 44, 150],
  ['paper', 200, 80],
] as const)('in the form of the %s, edges of alpha %d and %d cells end there', (form, alpha, cells) => {
  const limit = smallestDetectableShift({ model: 'svae-plus', alpha, form }, cells) ?? NaN
  expect(restingProbability(form, alpha, cells, limit * 1.03)).toBeGreaterThan(0.5)
  expect(restingProbability(form, alpha, cells, limit * 0.97)).toBeLessThan(0.5)
})

test('is the rule of thumb for the published form, nothing without sparsity, and none for other models', () => {
  expect(smallestDetectableShift({ model: 'svae-plus', alpha: 26, form: 'code' }, 100)).toBe(1)
  expect(smallestDetectableShift({ model: 'svae-plus', alpha: 44, form: 'code' }, 150)).toBeCloseTo(1.07, 2)
  expect(smallestDetectableShift({ model: 'svae-plus', alpha: 1, form: 'code' }, 100)).toBe(0)
  expect(smallestDetectableShift({ model: 'svae-plus', alpha: 0.5, form: 'paper' }, 100)).toBe(0)
  expect(smallestDetectableShift({ model: 'svae', alpha: 60, form: 'code' }, 100)).toBeNull()
})
