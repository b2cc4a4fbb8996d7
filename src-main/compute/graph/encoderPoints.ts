import { tensor, type Tensor } from '@tensorflow/tfjs-core'
import type { EncoderPoints } from '../executor'

/** Inputs and factors of some points as dense rows, points × genes. */
export function densePoints(
  points: EncoderPoints,
  first: number,
  end: number,
): { logCounts: Float32Array; factors: Float32Array } {
  const { genes, rowStarts, geneIndices } = points
  const logCounts = new Float32Array((end - first) * genes)
  const factors = new Float32Array((end - first) * genes)
  for (let point = first; point < end; point++) {
    const row = (point - first) * genes
    for (let entry = rowStarts[point]; entry < rowStarts[point + 1]; entry++) {
      logCounts[row + geneIndices[entry]] = points.logCounts[entry]
      factors[row + geneIndices[entry]] = points.factors[entry]
    }
  }
  return { logCounts, factors }
}

/** Rows that are 1 in one column and 0 elsewhere. */
export function unitRows(rows: number, columns: number, column: number): Tensor {
  const values = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) values[row * columns + column] = 1
  return tensor(values, [rows, columns])
}
