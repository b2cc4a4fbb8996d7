import type { Estimate } from './useEstimates'

/** A shift that one would not want to miss, in prior standard deviations. */
export const wantedShift = 0.5

/** The shift that is needed in a typical perturbation and in the one with the fewest cells; null without any. */
export function smallestShiftSummary(shifts: Estimate['smallestShift']): {
  median: number
  /** Perturbations with too few cells for a shift of `wantedShift`. */
  tooFewCells: number
  fewestCells: Estimate['smallestShift'][number]
} | null {
  if (shifts.length === 0) return null
  const sorted = [...shifts].sort((one, other) => one.shift - other.shift)
  const middle = (sorted.length - 1) / 2
  const median = (sorted[Math.floor(middle)].shift + sorted[Math.ceil(middle)].shift) / 2
  const fewestCells = shifts.reduce((fewest, one) => (one.cells < fewest.cells ? one : fewest))
  const tooFewCells = shifts.filter(({ shift }) => shift > wantedShift).length
  return { median, tooFewCells, fewestCells }
}
