/** Sweeps after which an eigenvalue is given up; two or three are usual. */
const mostSweeps = 60

/**
 * Eigenvalues of a symmetric tridiagonal matrix by the implicit QL method (Wilkinson shifts), in place.
 *
 * The rotations are applied to `columns`: the columns of the identity become the eigenvectors (column i belongs to
 * eigenvalue i); of columns that are cut to some of their rows only these rows of the eigenvectors are computed.
 * @param diagonal n numbers; replaced by the eigenvalues, in no particular order
 * @param offDiagonal n numbers, entry i couples i and i + 1, the last is unused; destroyed
 * @param columns n columns, all of one length; multiplied from the right by the matrix of eigenvectors
 * @throws when the matrix contains NaN or an infinity
 */
export function diagonaliseTridiagonal(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  columns: readonly Float64Array[],
): void {
  const size = diagonal.length
  for (let low = 0; low < size; low++) {
    for (let sweeps = 0; ; sweeps++) {
      const high = endOfBlock(diagonal, offDiagonal, low)
      if (high === low) break
      if (sweeps === mostSweeps) throw new Error('The QL method does not converge: the matrix is not finite.')
      sweep(diagonal, offDiagonal, low, high, columns)
    }
  }
}

/** Last index of the unreduced block that starts at `low`. */
function endOfBlock(diagonal: Float64Array, offDiagonal: Float64Array, low: number): number {
  let end = low
  while (end < diagonal.length - 1) {
    const scale = Math.abs(diagonal[end]) + Math.abs(diagonal[end + 1])
    if (Math.abs(offDiagonal[end]) <= Number.EPSILON * scale) break
    end += 1
  }
  return end
}

/** One QL sweep with implicit shift over the block low … high. */
function sweep(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  low: number,
  high: number,
  columns: readonly Float64Array[],
): void {
  const ratio = (diagonal[low + 1] - diagonal[low]) / (2 * offDiagonal[low])
  const root = Math.hypot(ratio, 1)
  let bulge = diagonal[high] - diagonal[low] + offDiagonal[low] / (ratio + (ratio >= 0 ? root : -root))
  let sine = 1
  let cosine = 1
  let shift = 0
  for (let i = high - 1; i >= low; i--) {
    const chased = sine * offDiagonal[i]
    const kept = cosine * offDiagonal[i]
    const length = Math.hypot(chased, bulge)
    offDiagonal[i + 1] = length
    if (length === 0) {
      // The block falls apart here: go on with the smaller ones.
      diagonal[i + 1] -= shift
      offDiagonal[high] = 0
      return
    }
    sine = chased / length
    cosine = bulge / length
    const base = diagonal[i + 1] - shift
    const turned = (diagonal[i] - base) * sine + 2 * cosine * kept
    shift = sine * turned
    diagonal[i + 1] = base + shift
    bulge = cosine * turned - kept
    rotate(columns[i], columns[i + 1], sine, cosine)
  }
  diagonal[low] -= shift
  offDiagonal[low] = bulge
  offDiagonal[high] = 0
}

function rotate(left: Float64Array, right: Float64Array, sine: number, cosine: number): void {
  for (let row = 0; row < left.length; row++) {
    const kept = right[row]
    right[row] = sine * left[row] + cosine * kept
    left[row] = cosine * left[row] - sine * kept
  }
}
