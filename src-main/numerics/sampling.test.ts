import { describe, expect, test } from 'vitest'
import { RandomStream } from './random'
import { drawGamma, drawNegativeBinomial, drawPoisson, thin } from './sampling'
import { logGamma } from './specialFunctions'

const draws = 20_000

function momentsOf(draw: (random: RandomStream) => number) {
  const random = new RandomStream(5, 'simulation')
  const values = Float64Array.from({ length: draws }, () => draw(random))
  const mean = values.reduce((sum, value) => sum + value, 0) / draws
  return { values, mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws }
}

/** Five standard errors of the mean and of the variance of a sample, for distributions no wider than a gamma. */
function expectMoments(
  found: { mean: number; variance: number },
  mean: number,
  variance: number,
  kurtosis = 3,
) {
  expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / draws))
  expect(Math.abs(found.variance - variance)).toBeLessThan(5 * variance * Math.sqrt((kurtosis - 1) / draws))
}

describe('Poisson', () => {
  test.each([0.03, 0.7, 4, 9.99, 10, 23.4, 5000])('mean %d', (mean) => {
    const found = momentsOf((random) => drawPoisson(random, mean))
    expectMoments(found, mean, mean, 3 + 1 / mean)
    const mode = Math.floor(mean)
    const share = found.values.filter((value) => value === mode).length / draws
    const expected = Math.exp(mode * Math.log(mean) - mean - logGamma(mode + 1))
    expect(Math.abs(share - expected)).toBeLessThan(5 * Math.sqrt(expected / draws))
  })

  test('a mean of zero gives no counts', () => {
    expect(drawPoisson(new RandomStream(0, 'simulation'), 0)).toBe(0)
  })
})

test.each([0.3, 1, 6])('gamma of shape %d', (shape) => {
  const found = momentsOf((random) => drawGamma(random, shape))
  expectMoments(found, shape, shape, 3 + 6 / shape)
})

test('negative binomial', () => {
  const found = momentsOf((random) => drawNegativeBinomial(random, 8, 2))
  expectMoments(found, 8, 8 + 64 / 2, 3 + 6 / 2 + 1 / 8)
})

test('thinning keeps the share that was asked for', () => {
  const found = momentsOf((random) => thin(random, 12, 0.35))
  expectMoments(found, 12 * 0.35, 12 * 0.35 * 0.65)
  const random = new RandomStream(0, 'simulation')
  expect(thin(random, 7, 1)).toBe(7)
  expect(thin(random, 7, 0)).toBe(0)
})
