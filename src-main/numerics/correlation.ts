import { columnOf, zeroMatrix, type Matrix } from './matrix'
import { centre } from './statistics'

export type CorrelationKind = 'pearson' | 'spearman'

/**
 * Correlations between the columns of two matrices over their common rows. A column that does not vary correlates
 * with nothing: 0.
 * @param a rows × columns of a
 * @param b rows × columns of b
 * @param kind `spearman` correlates average ranks
 * @returns columns of a × columns of b
 */
export function columnCorrelations(a: Matrix, b: Matrix, kind: CorrelationKind): Matrix {
  const left = unitColumns(kind === 'spearman' ? rankColumns(a) : a)
  const right = unitColumns(kind === 'spearman' ? rankColumns(b) : b)
  const correlations = zeroMatrix(a.columns, b.columns)
  left.forEach((x, i) =>
    right.forEach((y, j) => {
      let sum = 0
      for (let row = 0; row < x.length; row++) sum += x[row] * y[row]
      correlations.values[i * b.columns + j] = Math.max(-1, Math.min(1, sum))
    }),
  )
  return correlations
}

/** Centred columns of unit length; zeros where a column does not vary. */
function unitColumns(matrix: Matrix): Float64Array[] {
  return Array.from({ length: matrix.columns }, (_, column) => toUnitLength(centre(columnOf(matrix, column))))
}

function toUnitLength(values: Float64Array): Float64Array {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest === 0) return values
  // Scaled first, so that squares of very large or small values neither overflow nor vanish.
  const length = largest * Math.sqrt(values.reduce((sum, value) => sum + (value / largest) ** 2, 0))
  return values.map((value) => value / length)
}

/** Average ranks of each column: the Pearson correlations of these are the Spearman correlations of the matrix. */
export function rankColumns(matrix: Matrix): Matrix {
  const ranked = zeroMatrix(matrix.rows, matrix.columns)
  for (let column = 0; column < matrix.columns; column++) {
    averageRanks(columnOf(matrix, column)).forEach((rank, row) => {
      ranked.values[row * matrix.columns + column] = rank
    })
  }
  return ranked
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b])
  const ranks = new Float64Array(values.length)
  let start = 0
  while (start < order.length) {
    let end = start + 1
    while (end < order.length && values[order[end]] === values[order[start]]) end += 1
    for (let i = start; i < end; i++) ranks[order[i]] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}
