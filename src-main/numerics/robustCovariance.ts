import { chiSquaredQuantile } from './chiSquared'
import { bestSubset } from './fastMcd'
import type { Matrix } from './matrix'
import { squaredDistances, momentsOf, type Moments } from './mahalanobis'
import { median } from './statistics'

/** Share of normal data whose distance is below the bound at which a point counts as an outlier. */
const insideShare = 0.975

export interface RobustCovariance {
  readonly moments: Moments
  /** Squared distance of every row from the robust location, in units of the robust covariance. */
  readonly squaredDistances: Float64Array
  /** Squared distance beyond which a row is an outlier: the 0.975 quantile of chi-squared. */
  readonly outlierBound: number
}

/** Rows that the estimate rests on: h = ceil((n + d + 1) / 2), at most n. */
export function supportSize(rows: number, dimensions: number): number {
  return Math.min(rows, Math.ceil(0.5 * (rows + dimensions + 1)))
}

/**
 * Minimum covariance determinant: location and covariance of the h rows whose covariance has the smallest determinant,
 * corrected to be consistent for normal data and reweighted once (Rousseeuw and Van Driessen 1999). In one dimension
 * the raw estimate is the centre of the shortest interval that holds h + 1 values, in more it is found by FAST-MCD.
 * Where more than half of the rows are equal in one dimension, these are inside and all others infinitely far.
 * @param points rows × dimensions, finite
 * @param seed seeds the random starts of FAST-MCD; one dimension needs none
 */
export function robustCovariance(points: Matrix, seed = 0): RobustCovariance {
  const size = supportSize(points.rows, points.columns)
  const raw = points.columns === 1 ? shortestInterval(points.values, size) : bestSubset(points, size, seed)
  const outlierBound = chiSquaredQuantile(insideShare, points.columns)
  const rawDistances = squaredDistances(points, raw)
  const middle = median(rawDistances)
  // Most rows are equal: nothing is left to correct, and only those rows are inside.
  const correction = middle > 0 ? middle / chiSquaredQuantile(0.5, points.columns) : 1
  const inside = Uint32Array.from(rawDistances.keys()).filter(
    (row) => rawDistances[row] / correction < outlierBound,
  )
  const moments = momentsOf(points, inside)
  return { moments, squaredDistances: squaredDistances(points, moments), outlierBound }
}

/**
 * Raw location and variance in one dimension: the midpoint of the shortest interval that holds h + 1 of the values
 * (the mean of the midpoints where several are as short), and the variance of the h values nearest to it.
 */
function shortestInterval(values: ArrayLike<number>, size: number): Moments {
  const sorted = Float64Array.from(values).sort()
  const span = Math.min(size, sorted.length - 1)
  let shortest = Infinity
  let midpoints: number[] = []
  for (let start = 0; start + span < sorted.length; start++) {
    const width = sorted[start + span] - sorted[start]
    if (width < shortest) midpoints = []
    if (width <= shortest) midpoints.push(0.5 * (sorted[start + span] + sorted[start]))
    shortest = Math.min(shortest, width)
  }
  const location = midpoints.reduce((sum, midpoint) => sum + midpoint, 0) / midpoints.length
  const nearest = sorted.sort((a, b) => Math.abs(a - location) - Math.abs(b - location)).subarray(0, size)
  const ownMean = nearest.reduce((sum, value) => sum + value, 0) / size
  const variance = nearest.reduce((sum, value) => sum + (value - ownMean) ** 2, 0) / size
  return { mean: Float64Array.of(location), covariance: Float64Array.of(variance) }
}
