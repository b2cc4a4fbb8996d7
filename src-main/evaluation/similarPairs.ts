import type { SimilarPairs } from '@contract/evaluation'
import type { Matrix } from '../numerics/matrix'
import { averagePrecision } from '../numerics/averagePrecision'
import { requireSameRows } from './checks'

/** Two perturbations have similar true effects when the cosine of their true shifts is over this. */
export const similarCosine = 0.5

/** Cosine of every two of the rows, first with second, first with third, …; 0 with a row of zeros. */
function cosines({ columns, values }: Matrix, rows: Uint32Array): Float64Array {
  const unit = Array.from(rows, (row) => {
    const own = Float64Array.from(values.subarray(row * columns, (row + 1) * columns))
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0))
    return length > 0 ? own.map((value) => value / length) : own
  })
  return Float64Array.from(
    unit.flatMap((a, i) =>
      unit.slice(i + 1).map((b) => a.reduce((sum, value, column) => sum + value * b[column], 0)),
    ),
  )
}

/** Which pairs of perturbations have similar true effects, to compare estimates with. */
export interface TruePairs {
  readonly shifts: Matrix
  /** Perturbations that are paired. */
  readonly rows: Uint32Array
  /** For each pair, in the order first with second, first with third, …: 1 where the two are similar. */
  readonly isSimilar: Uint8Array
}

/**
 * Pairs of perturbations whose true shifts have a cosine over 0.5; a perturbation without effect is like no other.
 * @param shifts perturbations × true latents
 * @param rows perturbations that are paired: those that were trained
 */
export function trueSimilarPairs(shifts: Matrix, rows: Uint32Array): TruePairs {
  const isSimilar = Uint8Array.from(cosines(shifts, rows), (cosine) => (cosine > similarCosine ? 1 : 0))
  return { shifts, rows, isSimilar }
}

/**
 * Area under precision and recall (average precision) for finding the similar pairs by the cosine of estimated shifts.
 * The cosine of two rows does not change when columns are reordered, change sign or are rotated: no matching is needed.
 * A row of zeros, a perturbation without edges, is like no other: its pairs score 0.
 * @param estimate perturbations × anything; what is not a number counts as 0
 * @returns null where no pair is similar
 * @throws ShiftscopeError `evaluation/sizesDiffer`
 */
export function similarPairsPrecision(truth: TruePairs, estimate: Matrix): number | null {
  requireSameRows(truth.shifts, estimate, 'table of true shifts', 'table of shifts')
  const values = Float64Array.from(estimate.values, (value) => (Number.isNaN(value) ? 0 : value))
  return averagePrecision(truth.isSimilar, cosines({ ...estimate, values }, truth.rows))
}

/**
 * How well similar pairs are found by two estimates of shifts.
 * @returns null where no pair is similar
 */
export function similarPairs(
  truth: TruePairs,
  shifts: Matrix | null,
  observedShifts: Matrix | null,
): SimilarPairs | null {
  const similar = truth.isSimilar.reduce((sum, flag) => sum + flag, 0)
  if (similar === 0) return null
  return {
    pairs: truth.isSimilar.length,
    similar,
    fromShifts: shifts && similarPairsPrecision(truth, shifts),
    fromObservedShifts: observedShifts && similarPairsPrecision(truth, observedShifts),
  }
}
