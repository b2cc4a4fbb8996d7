import type { CountMatrix } from './countMatrix'
import { countsFor, indicesFor } from './subset'

/** Builds a sparse count matrix cell by cell. */
export class CountMatrixBuilder {
  private geneIndices: Uint32Array
  private counts: Uint32Array
  private readonly rowStarts: Uint32Array
  private stored = 0
  private cells = 0
  private largest = 0

  /**
   * @param totalCells cells that will be added
   * @param genes columns of the matrix
   * @param expectedEntries about how many counts will be stored; more are possible
   */
  constructor(
    totalCells: number,
    private readonly genes: number,
    expectedEntries: number,
  ) {
    this.rowStarts = new Uint32Array(totalCells + 1)
    this.geneIndices = new Uint32Array(Math.max(1, expectedEntries))
    this.counts = new Uint32Array(Math.max(1, expectedEntries))
  }

  /** Adds a count of the present cell; genes ascending. Zeros are not stored. */
  add(gene: number, count: number): void {
    if (count === 0) return
    if (this.stored === this.counts.length) this.grow()
    this.geneIndices[this.stored] = gene
    this.counts[this.stored] = count
    this.stored += 1
    if (count > this.largest) this.largest = count
  }

  /** Ends the present cell. */
  endCell(): void {
    this.cells += 1
    this.rowStarts[this.cells] = this.stored
  }

  /** The matrix in the smallest types that hold it. */
  finish(): CountMatrix {
    const geneIndices = indicesFor(this.genes, this.stored)
    geneIndices.set(this.geneIndices.subarray(0, this.stored))
    const counts = countsFor(this.largest, this.stored)
    counts.set(this.counts.subarray(0, this.stored))
    return { cells: this.cells, genes: this.genes, rowStarts: this.rowStarts, geneIndices, counts }
  }

  private grow(): void {
    const length = Math.ceil(this.counts.length * 1.5) + 1024
    const geneIndices = new Uint32Array(length)
    geneIndices.set(this.geneIndices)
    this.geneIndices = geneIndices
    const counts = new Uint32Array(length)
    counts.set(this.counts)
    this.counts = counts
  }
}
