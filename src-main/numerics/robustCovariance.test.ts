import { describe, expect, test } from 'vitest'
import golden from '../golden/mcd.json'
import { goldenMatrix } from '../golden/goldenMatrix'
import { rowOf } from './matrix'
import { robustCovariance, supportSize } from './robustCovariance'

const closeTo = (value: number, expected: number) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-8 * Math.abs(expected) + 1e-14)

describe('one dimension', () => {
  const shifts = goldenMatrix(golden.mu)

  test.each(golden.rows.map((row, index) => ({ row, index })))('golden row $index', ({ row, index }) => {
    const values = rowOf(shifts, index)
    const found = robustCovariance({ rows: values.length, columns: 1, values })
    closeTo(found.moments.mean[0], row.location)
    closeTo(found.moments.covariance[0], row.variance)
    found.squaredDistances.forEach((distance, i) => closeTo(distance, row.squared_distance.data[i]))
    expect(Array.from(found.squaredDistances, (distance) => Number(distance > found.outlierBound))).toEqual(
      row.edge.data,
    )
  })

  test('with most values equal, the others are outliers', () => {
    const values = Float64Array.of(0, 0, 0, 0, 0, 0, 3, 0, -0.5)
    const { squaredDistances, outlierBound } = robustCovariance({ rows: 9, columns: 1, values })
    expect([...squaredDistances].map((distance) => distance > outlierBound)).toEqual(
      [...values].map((value) => value !== 0),
    )
  })

  test('with all values equal there is no outlier', () => {
    const { squaredDistances } = robustCovariance({
      rows: 5,
      columns: 1,
      values: new Float64Array(5).fill(0.1),
    })
    expect([...squaredDistances]).toEqual([0, 0, 0, 0, 0])
  })
})

test('two dimensions: FAST-MCD finds the exhaustive optimum', () => {
  const { X, h, location, covariance, squared_distance, chi2_2_975 } = golden.multivariate
  const points = goldenMatrix(X)
  expect(supportSize(points.rows, points.columns)).toBe(h)
  for (const seed of [0, 1, 2]) {
    const found = robustCovariance(points, seed)
    location.data.forEach((value, i) => closeTo(found.moments.mean[i], value))
    covariance.data.forEach((value, i) => closeTo(found.moments.covariance[i], value))
    squared_distance.data.forEach((value, i) => closeTo(found.squaredDistances[i], value))
    closeTo(found.outlierBound, chi2_2_975)
  }
})
