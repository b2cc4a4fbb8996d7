/** A pivot below this share of the diagonal that it began with is zero but for rounding. */
const rounding = 1e-10

/**
 * A basis of the null space of a symmetric positive semi-definite matrix, by Gauss-Jordan elimination with the largest
 * remaining diagonal as pivot.
 * @param matrix size × size, row-major; not changed
 * @returns vectors as long as the matrix is wide; none where it has full rank
 */
export function nullSpace(matrix: Float64Array, size: number): Float64Array[] {
  const rest = matrix.slice()
  const free = new Set(Array.from({ length: size }, (_, column) => column))
  const pivots: number[] = []
  for (;;) {
    const left = [...free].filter(
      (column) => rest[column * size + column] > rounding * matrix[column * size + column],
    )
    if (left.length === 0) break
    const pivot = left.reduce((best, column) =>
      rest[column * size + column] > rest[best * size + best] ? column : best,
    )
    eliminate(rest, size, pivot)
    free.delete(pivot)
    pivots.push(pivot)
  }
  return [...free].map((column) => {
    const vector = new Float64Array(size)
    vector[column] = 1
    for (const pivot of pivots) vector[pivot] = -rest[pivot * size + column]
    return vector
  })
}

/** Makes the pivot one, and the rest of its column zero. */
function eliminate(matrix: Float64Array, size: number, pivot: number): void {
  const row = matrix.subarray(pivot * size, (pivot + 1) * size)
  const scale = 1 / row[pivot]
  for (let column = 0; column < size; column++) row[column] *= scale
  for (let other = 0; other < size; other++) {
    const factor = matrix[other * size + pivot]
    if (other === pivot || factor === 0) continue
    for (let column = 0; column < size; column++) matrix[other * size + column] -= factor * row[column]
  }
}
