import { describe, expect, it } from 'vitest'
import { countJourneys, countUnit, readCounts } from './counts.mjs'

describe('counts for the closing line', () => {
  it('reads the report of vitest', () => {
    const report = {
      numPassedTests: 7,
      numFailedTests: 0,
      numPendingTests: 1,
      numTodoTests: 0,
      success: true,
    }
    expect(countUnit(report)).toEqual({ passed: 7, failed: 0, skipped: 1 })
  })

  it('counts a file that could not be loaded as a failure', () => {
    const report = {
      numPassedTests: 7,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      success: false,
    }
    expect(countUnit(report).failed).toBe(1)
  })

  it('reads the report of Playwright, flaky ones as failed', () => {
    const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] }
    expect(countJourneys(report)).toEqual({ passed: 5, failed: 3, skipped: 2 })
  })

  it('counts nothing where there is no report', () => {
    expect(readCounts('/missing/report.json', countUnit)).toEqual({ passed: 0, failed: 0, skipped: 0 })
  })
})
