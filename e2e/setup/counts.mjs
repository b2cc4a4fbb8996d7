import { existsSync, readFileSync } from 'node:fs'

/** Where each runner writes its report, relative to the project. */
export const reports = { unit: 'test-results/unit.json', journeys: 'test-results/journeys.json' }

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Numbers of tests in a report of vitest.
 * @param {any} report
 * @returns {Counts}
 */
export function countUnit(report) {
  return {
    passed: report.numPassedTests,
    // A file that cannot be loaded has no tests to fail, but it is a failure.
    failed: Math.max(report.numFailedTests, report.success ? 0 : 1),
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * Numbers of tests in a report of Playwright; one that passed only when repeated counts as failed.
 * @param {any} report
 * @returns {Counts}
 */
export function countJourneys({ stats, errors }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  }
}

/** @param {string} path @param {(report: any) => Counts} count @returns {Counts} */
export function readCounts(path, count) {
  return existsSync(path)
    ? count(JSON.parse(readFileSync(path, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 }
}
