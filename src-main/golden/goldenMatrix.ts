import type { Matrix } from '../numerics/matrix'

/** A two-dimensional array of a golden file. */
export function goldenMatrix(array: { shape: number[]; data: number[] }): Matrix {
  return { rows: array.shape[0], columns: array.shape[1], values: Float64Array.from(array.data) }
}
