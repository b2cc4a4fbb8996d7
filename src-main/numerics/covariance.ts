/** Stored entries that are collected before they are multiplied: rows and their batch fit the processor's cache. */
const batchEntries = 1 << 16

/**
 * Collects the covariance matrix of sparse rows, one row at a time, without ever centring or storing them all:
 * cov = (XᵀX − n m mᵀ) / (n − 1), where m is the mean row. Rows are multiplied in batches, column by column, so that
 * one row of the result at a time is worked on.
 */
export class CovarianceAccumulator {
  private rows = 0
  private readonly sums: Float64Array
  /** Upper triangle of XᵀX, row-major in a full square. */
  private readonly products: Float64Array
  private readonly batchIndices: Uint32Array
  private readonly batchValues: Float64Array
  /** For each entry of the batch where its row ends. */
  private readonly batchRowEnds: Uint32Array
  private batchLength = 0

  constructor(readonly columns: number) {
    this.sums = new Float64Array(columns)
    this.products = new Float64Array(columns * columns)
    const capacity = Math.max(batchEntries, columns)
    this.batchIndices = new Uint32Array(capacity)
    this.batchValues = new Float64Array(capacity)
    this.batchRowEnds = new Uint32Array(capacity)
  }

  /**
   * Adds one row.
   * @param indices columns of its non-zero entries, ascending
   * @param values the entries
   * @param length how many of `indices` and `values` are used
   */
  addRow(indices: Uint32Array, values: Float64Array, length: number): void {
    if (this.batchLength + length > this.batchIndices.length) this.multiplyBatch()
    const start = this.batchLength
    this.batchIndices.set(indices.subarray(0, length), start)
    this.batchValues.set(values.subarray(0, length), start)
    this.batchRowEnds.fill(start + length, start, start + length)
    this.batchLength += length
    this.rows += 1
  }

  /** Sample covariance, columns × columns, row-major. Ends the collection: it is computed in place. Needs two rows. */
  finish(): Float64Array {
    this.multiplyBatch()
    const { products, sums, columns, rows } = this
    for (let i = 0; i < columns; i++) {
      const mean = sums[i] / rows
      for (let j = i; j < columns; j++) {
        const covariance = (products[i * columns + j] - mean * sums[j]) / (rows - 1)
        products[i * columns + j] = covariance
        products[j * columns + i] = covariance
      }
    }
    return products
  }

  private multiplyBatch(): void {
    const { products, sums, columns, batchIndices, batchValues, batchRowEnds } = this
    for (const entry of this.entriesByColumn()) {
      const column = batchIndices[entry]
      const value = batchValues[entry]
      const start = column * columns
      const end = batchRowEnds[entry]
      sums[column] += value
      for (let other = entry; other < end; other++) {
        products[start + batchIndices[other]] += value * batchValues[other]
      }
    }
    this.batchLength = 0
  }

  /** Positions of the batch's entries, sorted by column and then by row. */
  private entriesByColumn(): Uint32Array {
    const { columns, batchIndices, batchLength } = this
    const next = new Uint32Array(columns + 1)
    for (let entry = 0; entry < batchLength; entry++) next[batchIndices[entry] + 1] += 1
    for (let column = 0; column < columns; column++) next[column + 1] += next[column]
    const sorted = new Uint32Array(batchLength)
    for (let entry = 0; entry < batchLength; entry++) sorted[next[batchIndices[entry]]++] = entry
    return sorted
  }
}
