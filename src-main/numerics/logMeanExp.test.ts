import { describe, expect, test } from 'vitest'
import { LogMeanExp } from './logMeanExp'
import { RandomStream } from './random'

function resultOf(...parts: readonly (readonly number[])[]) {
  const mean = new LogMeanExp()
  for (const part of parts) mean.add(part)
  return mean.result()
}

describe('the logarithm of a mean of weights', () => {
  test('is that of the plain formula, in whatever parts the weights come', () => {
    const values = [0.3, -1, 2, 0.5, 1.9]
    const weights = values.map(Math.exp)
    const sum = weights.reduce((a, b) => a + b)
    const squares = weights.reduce((a, b) => a + b * b, 0)
    const mean = sum / 5
    const deviation = Math.sqrt(weights.reduce((a, weight) => a + (weight - mean) ** 2, 0) / 4 / 5)
    for (const result of [resultOf(values), resultOf(values.slice(0, 2), [], values.slice(2))]) {
      expect(result.logMean).toBeCloseTo(Math.log(mean), 12)
      expect(result.effectiveSampleSize).toBeCloseTo((sum * sum) / squares, 12)
      expect(result.standardError).toBeCloseTo(deviation / mean, 12)
    }
  })

  test('neither overflows nor vanishes', () => {
    expect(resultOf([-5000, -5000 + Math.log(3)]).logMean).toBeCloseTo(-5000 + Math.log(2), 9)
    expect(resultOf([800, 700]).logMean).toBeCloseTo(800 - Math.log(2), 9)
    expect(resultOf([-Infinity, -3]).logMean).toBeCloseTo(-3 - Math.log(2), 12)
  })

  test('counts equal weights in full, and one heavy weight as one', () => {
    const equal = resultOf([-7, -7, -7, -7])
    expect(equal.effectiveSampleSize).toBe(4)
    expect(equal.standardError).toBe(0)
    expect(resultOf([-900, 0, -900]).effectiveSampleSize).toBeCloseTo(1, 12)
    expect(resultOf([1]).standardError).toBeNaN()
  })

  test('is not a number once a weight is not', () => {
    expect(resultOf([1, NaN, 2]).logMean).toBeNaN()
    expect(resultOf([NaN, 1]).logMean).toBeNaN()
  })

  test('has the standard error that repeated draws show', () => {
    const draw = (seed: number) =>
      resultOf([...new RandomStream(seed, 'particles').fillNormal(new Float32Array(2000))])
    const results = Array.from({ length: 200 }, (_, seed) => draw(seed))
    const mean = results.reduce((sum, { logMean }) => sum + logMean, 0) / 200
    const spread = Math.sqrt(results.reduce((sum, { logMean }) => sum + (logMean - mean) ** 2, 0) / 199)
    const stated = results.reduce((sum, { standardError }) => sum + standardError, 0) / 200
    expect(mean).toBeCloseTo(0.5, 1)
    expect(Math.abs(stated / spread - 1)).toBeLessThan(0.2)
  })
})
