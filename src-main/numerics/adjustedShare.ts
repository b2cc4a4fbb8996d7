import { centre } from './statistics'

/**
 * Share of the variance of values that a model of so many free means explains, less what as many would explain by
 * chance (adjusted R²):
 *
 *   1 - (residual / (n - parameters)) / (total / (n - 1)),   at least 0
 *
 * with sums of squares about the model and about the mean of n values. Its mean is near 0 where nothing is explained,
 * however many parameters there are; R² itself would be (parameters - 1) / (n - 1).
 */
function adjusted(residual: number, total: number, count: number, parameters: number): number {
  if (total === 0 || count <= parameters) return 0
  return Math.max(0, 1 - Math.max(0, residual) / (count - parameters) / (total / (count - 1)))
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0)
}

/**
 * Share of the variance of values that the means of groups explain (one-way analysis of variance, adjusted R²).
 * Groups without values do not count. 0 where values are equal, or no group has two of them.
 * @param groups group of each value, from 0 to count - 1
 */
export function shareOfGroups(values: Float64Array, groups: ArrayLike<number>, count: number): number {
  const centred = centre(values)
  const [sums, sizes] = [new Float64Array(count), new Float64Array(count)]
  centred.forEach((value, at) => {
    sums[groups[at]] += value
    sizes[groups[at]] += 1
  })
  const total = sumOfSquares(centred)
  const between = sums.reduce(
    (sum, each, group) => sum + (sizes[group] > 0 ? each ** 2 / sizes[group] : 0),
    0,
  )
  const used = sizes.reduce((sum, size) => sum + (size > 0 ? 1 : 0), 0)
  return adjusted(total - between, total, values.length, used)
}

/** Share of the variance of values that a straight line over x explains (adjusted R²). 0 where either does not vary. */
export function shareOfLine(values: Float64Array, x: Float64Array): number {
  const [centred, along] = [centre(values), centre(x)]
  const [total, spread] = [sumOfSquares(centred), sumOfSquares(along)]
  if (spread === 0) return 0
  const product = centred.reduce((sum, value, at) => sum + value * along[at], 0)
  return adjusted(total - product ** 2 / spread, total, values.length, 2)
}
