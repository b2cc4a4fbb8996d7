import { describe, expect, it } from 'vitest'
import { loess } from './loess'
import { RandomStream } from './random'

const surfaces = ['direct', 'interpolate'] as const

describe.each(surfaces)('loess, %s', (surface) => {
  it('reproduces a parabola, whatever the order of the points', () => {
    const x = Float64Array.from(new RandomStream(1, 'simulation').fillUniform(new Float32Array(200)))
    const parabola = x.map((value) => 3 - 2 * value + 5 * value * value)
    const fitted = loess(x, parabola, 0.3, surface)
    fitted.forEach((value, i) => expect(value).toBeCloseTo(parabola[i], 10))
  })

  it('stays finite and near the mean where many points share an abscissa', () => {
    const x = Float64Array.from({ length: 1000 }, (_, i) => (i < 900 ? i % 2 : i))
    const y = Float64Array.from(x, (value, i) => value + (i % 4 < 2 ? 0.5 : -0.5))
    const fitted = loess(x, y, 0.3, surface)
    expect(fitted.every(Number.isFinite)).toBe(true)
    expect(fitted[0]).toBeCloseTo(0, 6)
    expect(fitted[1]).toBeCloseTo(1, 6)
  })

  it('gives the mean when all abscissae are equal, and handles one point', () => {
    expect([...loess(Float64Array.of(2, 2, 2), Float64Array.of(1, 2, 6), 1, surface)]).toEqual([3, 3, 3])
    expect([...loess(Float64Array.of(2), Float64Array.of(7), 0.3, surface)]).toEqual([7])
  })
})
