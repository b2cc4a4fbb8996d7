import type { CountMatrix } from '../screen/countMatrix'

const tabulated = Float32Array.from({ length: 4096 }, (_, count) => Math.log1p(count))

/** log(1 + count) from a table where the count is in it. */
export function logOnePlus(count: number): number {
  return count < tabulated.length ? tabulated[count] : Math.log1p(count)
}

/** Dense buffers for batches of one number of genes, reused from batch to batch. */
export class DenseRows {
  private countBuffer = new Float32Array(0)
  private logBuffer = new Float32Array(0)

  /** The matrix as counts and log(1 + counts), cells × genes; valid until the next call. */
  fill(matrix: CountMatrix): { counts: Float32Array; logCounts: Float32Array } {
    const size = matrix.cells * matrix.genes
    if (this.countBuffer.length < size) {
      this.countBuffer = new Float32Array(size)
      this.logBuffer = new Float32Array(size)
    }
    const counts = this.countBuffer.subarray(0, size).fill(0)
    const logCounts = this.logBuffer.subarray(0, size).fill(0)
    for (let cell = 0; cell < matrix.cells; cell++) {
      const start = cell * matrix.genes
      for (let entry = matrix.rowStarts[cell]; entry < matrix.rowStarts[cell + 1]; entry++) {
        const at = start + matrix.geneIndices[entry]
        counts[at] = matrix.counts[entry]
        logCounts[at] = logOnePlus(matrix.counts[entry])
      }
    }
    return { counts, logCounts }
  }
}
