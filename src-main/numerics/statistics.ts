/**
 * Quantile of a sample by linear interpolation between order statistics.
 * @param values at least one number; left as they are
 * @param probability between 0 and 1
 */
export function quantile(values: ArrayLike<number>, probability: number): number {
  const sorted = Float64Array.from(values).sort()
  const position = probability * (sorted.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (position - below) * (sorted[above] - sorted[below])
}

/** Median of at least one number; the mean of the middle two for an even number of values. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5)
}

/** The values less their mean; zeros where they are equal, not what rounding leaves of them. */
export function centre(values: Float64Array): Float64Array {
  if (values.every((value) => value === values[0])) return new Float64Array(values.length)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => value - mean)
}
