import { expect, test } from 'vitest'
import golden from '../golden/mcd.json'
import { chiSquaredProbability, chiSquaredQuantile } from './chiSquared'

test.each([
  [0.975, 1, golden.chi2_1_975],
  [0.5, 1, golden.chi2_1_median],
  [0.975, 2, golden.multivariate.chi2_2_975],
  // The chi-squared distribution with two degrees of freedom is exponential.
  [0.5, 2, 2 * Math.LN2],
  // SciPy 1.10: chi2(k).ppf(p)
  [0.01, 7, 1.2390423055679298],
  [0.999, 30, 59.70306430442994],
  [0.5, 300, 299.33359734921805],
])('quantile %d with %d degrees of freedom', (probability, degrees, expected) => {
  const value = chiSquaredQuantile(probability, degrees)
  expect(Math.abs(value / expected - 1)).toBeLessThan(1e-9)
  expect(chiSquaredProbability(value, degrees)).toBeCloseTo(probability, 12)
})

test('no share lies below zero, all of it below a very large value', () => {
  expect(chiSquaredProbability(0, 3)).toBe(0)
  expect(chiSquaredProbability(1e4, 3)).toBe(1)
})
