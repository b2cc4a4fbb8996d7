import { cholesky, momentsOf, squaredDistances, type Moments } from './mahalanobis'
import type { Matrix } from './matrix'
import { RandomStream } from './random'

/** Random starts, concentration steps of each, and how many of the best are carried to the end, as published. */
const starts = 500
const firstSteps = 2
const kept = 10
const mostSteps = 100

interface Candidate {
  readonly rows: Uint32Array
  readonly moments: Moments
  readonly logDeterminant: number
}

/**
 * FAST-MCD for at most a few hundred rows (Rousseeuw and Van Driessen 1999, section 3): from 500 random sets of
 * dimensions + 1 rows two concentration steps each, the ten best of them until they settle.
 * @param points rows × dimensions
 * @param size rows of the subset
 * @returns mean and population covariance of the subset whose covariance has the smallest determinant found
 */
export function bestSubset(points: Matrix, size: number, seed: number): Moments {
  const random = new RandomStream(seed, 'robustCovariance')
  const candidates = Array.from({ length: starts }, () => {
    let candidate = randomStart(points, random)
    for (let step = 0; step < firstSteps; step++) candidate = concentrate(points, candidate, size)
    return candidate
  })
  const best = candidates
    .sort((a, b) => a.logDeterminant - b.logDeterminant)
    .slice(0, kept)
    .map((candidate) => settle(points, candidate, size))
    .reduce((least, candidate) => (candidate.logDeterminant < least.logDeterminant ? candidate : least))
  return best.moments
}

function candidateOf(points: Matrix, rows: Uint32Array): Candidate {
  const moments = momentsOf(points, rows)
  return { rows, moments, logDeterminant: cholesky(moments.covariance, points.columns).logDeterminant }
}

/** A few random rows, more where they lie in a plane. */
function randomStart(points: Matrix, random: RandomStream): Candidate {
  const order = random.shuffle(Uint32Array.from({ length: points.rows }, (_, row) => row))
  let count = Math.min(points.columns + 1, points.rows)
  let candidate = candidateOf(points, order.subarray(0, count))
  while (candidate.logDeterminant === -Infinity && count < points.rows) {
    count += 1
    candidate = candidateOf(points, order.subarray(0, count))
  }
  return candidate
}

/** The rows nearest to the last ones: their determinant is never larger (theorem 1 there). */
function concentrate(points: Matrix, candidate: Candidate, size: number): Candidate {
  const distances = squaredDistances(points, candidate.moments)
  const order = Uint32Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b] || a - b)
  return candidateOf(points, order.subarray(0, size))
}

function settle(points: Matrix, start: Candidate, size: number): Candidate {
  let candidate = start
  for (let step = 0; step < mostSteps; step++) {
    const next = concentrate(points, candidate, size)
    if (!(next.logDeterminant < candidate.logDeterminant)) return candidate
    candidate = next
  }
  return candidate
}
