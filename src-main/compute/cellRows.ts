import type { CountMatrix } from '../screen/countMatrix'
import { designOfSome } from './design'
import type { ObservedCells } from './executor'

type Counts = CountMatrix['counts']
type GeneIndices = CountMatrix['geneIndices']

/** Bytes that a processor fetches from memory at a time. */
const cacheLine = 64

function countsLike(counts: Counts, entries: number): Counts {
  if (counts instanceof Uint8Array) return new Uint8Array(entries)
  return counts instanceof Uint16Array ? new Uint16Array(entries) : new Uint32Array(entries)
}

function geneIndicesLike(geneIndices: GeneIndices, entries: number): GeneIndices {
  return geneIndices instanceof Uint16Array ? new Uint16Array(entries) : new Uint32Array(entries)
}

/** Takes rows of a matrix, again and again into the same memory. */
export class CellRows {
  private rowStarts = new Uint32Array(0)
  private geneIndices: GeneIndices
  private counts: Counts
  /** Of no meaning; what is read ahead must go somewhere. */
  protected readAhead = 0

  constructor(private readonly matrix: CountMatrix) {
    this.geneIndices = geneIndicesLike(matrix.geneIndices, 0)
    this.counts = countsLike(matrix.counts, 0)
  }

  /** The rows of some cells, in the order given (cells may repeat). They are good until the next call. */
  take(cells: Uint32Array): CountMatrix {
    const { matrix } = this
    if (this.rowStarts.length < cells.length + 1) this.rowStarts = new Uint32Array(cells.length + 1)
    const rowStarts = this.rowStarts.subarray(0, cells.length + 1)
    for (let row = 0; row < cells.length; row++) {
      const cell = cells[row]
      rowStarts[row + 1] = rowStarts[row] + matrix.rowStarts[cell + 1] - matrix.rowStarts[cell]
    }
    const entries = rowStarts[cells.length]
    if (this.counts.length < entries) {
      this.geneIndices = geneIndicesLike(matrix.geneIndices, entries)
      this.counts = countsLike(matrix.counts, entries)
    }
    this.fetch(cells)
    for (let row = 0; row < cells.length; row++) {
      const [from, to] = [matrix.rowStarts[cells[row]], matrix.rowStarts[cells[row] + 1]]
      this.geneIndices.set(matrix.geneIndices.subarray(from, to), rowStarts[row])
      this.counts.set(matrix.counts.subarray(from, to), rowStarts[row])
    }
    return {
      cells: cells.length,
      genes: matrix.genes,
      rowStarts,
      geneIndices: this.geneIndices.subarray(0, entries),
      counts: this.counts.subarray(0, entries),
    }
  }

  /**
   * Reads a number of each cache line of the rows. Cells lie anywhere in a matrix that is larger than any cache; read
   * like this, the processor waits for many lines at a time, where copying row by row waits for each anew.
   */
  private fetch(cells: Uint32Array): void {
    const { rowStarts, geneIndices, counts } = this.matrix
    const genesOfLine = cacheLine / geneIndices.BYTES_PER_ELEMENT
    const countsOfLine = cacheLine / counts.BYTES_PER_ELEMENT
    let sum = 0
    for (const cell of cells) {
      const to = rowStarts[cell + 1]
      for (let entry = rowStarts[cell]; entry < to; entry += genesOfLine) sum += geneIndices[entry]
      for (let entry = rowStarts[cell]; entry < to; entry += countsOfLine) sum += counts[entry]
    }
    this.readAhead = sum
  }
}

/** The rows of some cells, in the order given (cells may repeat). */
export function rowsOfCells(matrix: CountMatrix, cells: Uint32Array): CountMatrix {
  return new CellRows(matrix).take(cells)
}

/** Some of the cells, in the order given (cells may repeat). */
export function someCells({ counts, covariates }: ObservedCells, cells: Uint32Array): ObservedCells {
  return { counts: rowsOfCells(counts, cells), covariates: covariates && designOfSome(covariates, cells) }
}
