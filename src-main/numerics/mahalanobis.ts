import type { Matrix } from './matrix'

/** Mean and population covariance (dimensions × dimensions, row-major) of some rows. */
export interface Moments {
  readonly mean: Float64Array
  readonly covariance: Float64Array
}

/** Mean and population covariance of the given rows. */
export function momentsOf(points: Matrix, rows: Uint32Array): Moments {
  const { columns, values } = points
  const mean = new Float64Array(columns)
  const covariance = new Float64Array(columns * columns)
  for (const row of rows) {
    for (let i = 0; i < columns; i++) mean[i] += values[row * columns + i] / rows.length
  }
  for (const row of rows) {
    for (let i = 0; i < columns; i++) {
      const centred = values[row * columns + i] - mean[i]
      for (let j = 0; j < columns; j++) {
        covariance[i * columns + j] += (centred * (values[row * columns + j] - mean[j])) / rows.length
      }
    }
  }
  return { mean, covariance }
}

/**
 * Cholesky factor L of a symmetric positive semi-definite matrix, L Lᵀ = matrix, row-major, and log of its determinant
 * (-Infinity where it is singular; entries of L are then 0 in the directions without variance).
 */
export function cholesky(
  matrix: Float64Array,
  size: number,
): { factor: Float64Array; logDeterminant: number } {
  const factor = new Float64Array(size * size)
  let logDeterminant = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k]
      if (i === j) {
        const pivot = sum > Number.EPSILON * size * matrix[i * size + i] ? Math.sqrt(sum) : 0
        factor[i * size + i] = pivot
        logDeterminant += 2 * Math.log(pivot)
      } else {
        const pivot = factor[j * size + j]
        factor[i * size + j] = pivot > 0 ? sum / pivot : 0
      }
    }
  }
  return { factor, logDeterminant }
}

/**
 * Squared Mahalanobis distance of every row. In a direction without variance a row is either on the mean or infinitely
 * far.
 */
export function squaredDistances(points: Matrix, moments: Moments): Float64Array {
  const { columns, values } = points
  const { factor } = cholesky(moments.covariance, columns)
  const scaled = new Float64Array(columns)
  return Float64Array.from({ length: points.rows }, (_, row) => {
    let distance = 0
    for (let i = 0; i < columns; i++) {
      let left = values[row * columns + i] - moments.mean[i]
      for (let k = 0; k < i; k++) left -= factor[i * columns + k] * scaled[k]
      const pivot = factor[i * columns + i]
      if (pivot > 0) scaled[i] = left / pivot
      else scaled[i] = left === 0 ? 0 : Infinity
      distance += scaled[i] ** 2
    }
    return distance
  })
}
