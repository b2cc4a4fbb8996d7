import type { CountMatrix } from '../screen/countMatrix'

/** The rows of some cells, in the order given (cells may repeat). */
export function rowsOfCells(matrix: CountMatrix, cells: Uint32Array): CountMatrix {
  const rowStarts = new Uint32Array(cells.length + 1)
  cells.forEach((cell, row) => {
    rowStarts[row + 1] = rowStarts[row] + matrix.rowStarts[cell + 1] - matrix.rowStarts[cell]
  })
  const entries = rowStarts[cells.length]
  const geneIndices =
    matrix.geneIndices instanceof Uint16Array ? new Uint16Array(entries) : new Uint32Array(entries)
  const counts =
    matrix.counts instanceof Uint8Array
      ? new Uint8Array(entries)
      : matrix.counts instanceof Uint16Array
        ? new Uint16Array(entries)
        : new Uint32Array(entries)
  cells.forEach((cell, row) => {
    const [from, to] = [matrix.rowStarts[cell], matrix.rowStarts[cell + 1]]
    geneIndices.set(matrix.geneIndices.subarray(from, to), rowStarts[row])
    counts.set(matrix.counts.subarray(from, to), rowStarts[row])
  })
  return { cells: cells.length, genes: matrix.genes, rowStarts, geneIndices, counts }
}
