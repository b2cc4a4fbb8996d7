import { describe, expect, test } from 'vitest'
import golden from '../golden/special_functions.json'
import { digamma, digammaRise, logGamma, logGammaRise, sigmoid } from './specialFunctions'

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-10 + 1e-9 * Math.abs(expected))
}

describe('special functions', () => {
  test.each(golden.rows)('lgamma and digamma of %d', (x, expectedLogGamma, expectedDigamma) => {
    expectClose(logGamma(x), expectedLogGamma)
    expectClose(digamma(x), expectedDigamma)
  })

  test.each([1e-3, 0.7, 9.5, 12, 1e3])('rises from θ = %d agree with differences', (theta) => {
    for (const x of [0, 1, 5, 16, 17, 200]) {
      const scale = Math.abs(logGamma(x + theta)) + Math.abs(logGamma(theta))
      expect(Math.abs(logGammaRise(x, theta) - (logGamma(x + theta) - logGamma(theta)))).toBeLessThan(
        1e-13 * (1 + scale),
      )
      expectClose(digammaRise(x, theta), digamma(x + theta) - digamma(theta))
    }
  })

  test('rises from a huge θ keep their digits', () => {
    // log Γ(θ+x) - log Γ(θ) = x log θ + x(x-1)/2θ + …; the plain difference is off by 1e-7 here.
    const [x, theta] = [40, 1e9]
    expect(logGammaRise(x, theta)).toBeCloseTo(x * Math.log(theta) + (x * (x - 1)) / (2 * theta), 11)
    expect(digammaRise(x, theta) * theta).toBeCloseTo(x, 5)
  })

  test('the sigmoid saturates without overflow', () => {
    expect(sigmoid(-800)).toBe(0)
    expect(sigmoid(800)).toBe(1)
    expect(sigmoid(0)).toBe(0.5)
  })
})
