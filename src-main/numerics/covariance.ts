/**
 * Collects the covariance matrix of sparse rows, one row at a time, without ever centring or storing them:
 * cov = (XᵀX − n m mᵀ) / (n − 1), where m is the mean row.
 */
export class CovarianceAccumulator {
  private rows = 0
  private readonly sums: Float64Array
  /** Upper triangle of XᵀX, row-major in a full square. */
  private readonly products: Float64Array

  constructor(readonly columns: number) {
    this.sums = new Float64Array(columns)
    this.products = new Float64Array(columns * columns)
  }

  /**
   * Adds one row.
   * @param indices columns of its non-zero entries, ascending
   * @param values the entries
   * @param length how many of `indices` and `values` are used
   */
  addRow(indices: Uint32Array, values: Float64Array, length: number): void {
    this.rows += 1
    const { products, sums, columns } = this
    for (let i = 0; i < length; i++) {
      const value = values[i]
      const start = indices[i] * columns
      sums[indices[i]] += value
      for (let j = i; j < length; j++) products[start + indices[j]] += value * values[j]
    }
  }

  /** Sample covariance, columns × columns, row-major. Ends the collection: it is computed in place. Needs two rows. */
  finish(): Float64Array {
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
}
