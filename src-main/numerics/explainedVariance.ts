import { columnOf, type Matrix } from './matrix'
import { centre } from './statistics'

/** A column whose part that the earlier ones do not explain is shorter than this is taken as explained by them. */
const dependent = 1e-10

/**
 * For each column of `targets` the share of its variance that a linear regression with intercept on the columns of
 * `predictors` explains, in sample (R²). A target that does not vary has none: 0. Predictors that depend on each other
 * count once (modified Gram-Schmidt, done twice).
 * @param targets rows × targets
 * @param predictors rows × predictors
 */
export function explainedVariance(targets: Matrix, predictors: Matrix): Float64Array {
  const basis: Float64Array[] = []
  for (let column = 0; column < predictors.columns; column++) {
    const values = centre(columnOf(predictors, column))
    const before = norm(values)
    removeBasis(values, basis)
    removeBasis(values, basis)
    const after = norm(values)
    if (after > dependent * before) basis.push(values.map((value) => value / after))
  }
  return Float64Array.from({ length: targets.columns }, (_, column) => {
    const residual = centre(columnOf(targets, column))
    const total = norm(residual)
    if (total === 0) return 0
    removeBasis(residual, basis)
    return 1 - (norm(residual) / total) ** 2
  })
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}

function removeBasis(values: Float64Array, basis: readonly Float64Array[]): void {
  for (const direction of basis) {
    let product = 0
    for (let row = 0; row < values.length; row++) product += direction[row] * values[row]
    for (let row = 0; row < values.length; row++) values[row] -= product * direction[row]
  }
}
