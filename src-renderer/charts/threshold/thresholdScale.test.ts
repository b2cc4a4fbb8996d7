import { describe, expect, it } from 'vitest'
import { axisTicks, stepThreshold, thresholdScale } from './thresholdScale'

const logarithmic = { scale: 'log10' as const, edges: [10, 100, 1000] }
const linear = { scale: 'linear' as const, edges: [0, 50, 100] }

describe('positions', () => {
  it('are even in the logarithm on a logarithmic axis', () => {
    const scale = thresholdScale(logarithmic)
    expect(scale.toPosition(10)).toBe(0)
    expect(scale.toPosition(100)).toBeCloseTo(0.5)
    expect(scale.toPosition(1000)).toBe(1)
    expect(scale.toValue(0.5)).toBe(100)
  })

  it('are even in the value on a linear axis', () => {
    const scale = thresholdScale(linear)
    expect(scale.toPosition(25)).toBe(0.25)
    expect(scale.toValue(0.25)).toBe(25)
  })

  it('stay on the axis; the left end cuts nothing', () => {
    const scale = thresholdScale(logarithmic)
    expect(scale.toPosition(0)).toBe(0)
    expect(scale.toPosition(5000)).toBe(1)
    expect(scale.toValue(-0.2)).toBe(0)
    expect(scale.toValue(1.3)).toBe(1000)
  })

  it('exist for a screen in which all cells are alike', () => {
    const scale = thresholdScale({ scale: 'linear', edges: [7, 7] })
    expect(scale.toPosition(7)).toBe(0)
  })
})

describe('steps by key', () => {
  it('move by a hundredth of the axis', () => {
    expect(stepThreshold(thresholdScale(linear), 50, 1)).toBe(51)
    expect(stepThreshold(thresholdScale(logarithmic), 100, 10)).toBe(158)
  })

  it('move by one at least, also where a hundredth is less', () => {
    const scale = thresholdScale({ scale: 'linear', edges: [0, 20] })
    expect(stepThreshold(scale, 5, 1)).toBe(6)
    expect(stepThreshold(scale, 5, -1)).toBe(4)
  })

  it('begin from nothing cut and come back to it', () => {
    const scale = thresholdScale(logarithmic)
    expect(stepThreshold(scale, 0, 1)).toBe(10)
    expect(stepThreshold(scale, 10, -1)).toBe(0)
    expect(stepThreshold(scale, 0, -1)).toBe(0)
    expect(stepThreshold(scale, 1000, 1)).toBe(1000)
  })
})

describe('ticks', () => {
  it('are round numbers within a logarithmic axis', () => {
    expect(axisTicks({ scale: 'log10', edges: [8, 90_000] })).toContain(1000)
    expect(axisTicks({ scale: 'log10', edges: [30, 90] })).toEqual([30, 40, 50, 60, 80])
  })

  it('are left to the chart on a linear axis', () => {
    expect(axisTicks(linear)).toEqual([])
  })
})
