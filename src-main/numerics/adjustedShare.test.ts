import { describe, expect, test } from 'vitest'
import { shareOfGroups, shareOfLine } from './adjustedShare'
import { RandomStream } from './random'

describe('share of the variance that groups explain', () => {
  test('is the adjusted R² of a one-way analysis of variance', () => {
    const share = shareOfGroups(Float64Array.of(1, 2, 4, 6, 7, 10), [0, 0, 1, 1, 2, 2], 3)
    const [total, within] = [16 + 9 + 1 + 1 + 4 + 25, 0.5 + 2 + 4.5]
    expect(share).toBeCloseTo(1 - within / 3 / (total / 5), 12)
  })

  test('does not grow with the number of groups where they say nothing', () => {
    const stream = new RandomStream(5, 'simulation')
    const shares = Array.from({ length: 40 }, () => {
      const values = Float64Array.from({ length: 400 }, () => stream.nextUniform())
      return shareOfGroups(
        values,
        values.map((_, at) => at % 100),
        100,
      )
    })
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    // R² would be 99 / 399 = 0.25.
    expect(mean).toBeLessThan(0.04)
  })

  test('is all where groups hold equal values, nothing where values are equal or every value is its own group', () => {
    expect(shareOfGroups(Float64Array.of(1, 1, 2, 2), [0, 0, 1, 1], 2)).toBe(1)
    expect(shareOfGroups(Float64Array.of(0.1, 0.1, 0.1), [0, 0, 1], 2)).toBe(0)
    expect(shareOfGroups(Float64Array.of(1, 2, 3), [0, 1, 2], 3)).toBe(0)
  })

  test('leaves groups without values out of account', () => {
    const values = Float64Array.of(1, 2, 4, 6)
    expect(shareOfGroups(values, [0, 0, 9, 9], 10)).toBe(shareOfGroups(values, [0, 0, 1, 1], 2))
  })
})

describe('share of the variance that a line explains', () => {
  test('is the adjusted R² of a linear fit', () => {
    // Correlation 0.8 over five points.
    const share = shareOfLine(Float64Array.of(2, 1, 4, 3, 5), Float64Array.of(1, 2, 3, 4, 5))
    expect(share).toBeCloseTo(1 - ((1 - 0.64) * 4) / 3, 12)
  })

  test('is nothing where one side does not vary', () => {
    expect(shareOfLine(Float64Array.of(1, 2, 3), Float64Array.of(0.1, 0.1, 0.1))).toBe(0)
    expect(shareOfLine(Float64Array.of(1, 1, 1), Float64Array.of(1, 2, 3))).toBe(0)
  })
})
