import { describe, expect, it } from 'vitest'
import { createTimeLeft } from './timeLeft'

describe('time left', () => {
  it('follows from the speed so far', () => {
    const timeLeft = createTimeLeft()
    expect(timeLeft.update(0, 0)).toBeNull()
    expect(timeLeft.update(0.05, 500)).toBeNull()
    expect(timeLeft.update(0.2, 2000)).toBeCloseTo(8)
    expect(timeLeft.update(0.5, 5000)).toBeCloseTo(5)
    expect(timeLeft.update(1, 10_000)).toBe(0)
  })

  it('does not count what was done before a run was resumed', () => {
    const timeLeft = createTimeLeft()
    timeLeft.update(0.5, 0)
    expect(timeLeft.update(0.6, 2000)).toBeCloseTo(8)
  })

  it('follows a job that slows down', () => {
    const timeLeft = createTimeLeft()
    timeLeft.update(0, 0)
    timeLeft.update(0.5, 10_000)
    for (let second = 11; second <= 60; second++) timeLeft.update(0.5 + (second - 10) / 1000, second * 1000)
    expect(timeLeft.update(0.551, 61_000)).toBeCloseTo(449, 0)
  })

  it('is unknown while the fraction is', () => {
    const timeLeft = createTimeLeft()
    timeLeft.update(0.1, 0)
    expect(timeLeft.update(null, 2000)).toBeNull()
    expect(timeLeft.update(0.2, 3000)).toBeNull()
  })
})
