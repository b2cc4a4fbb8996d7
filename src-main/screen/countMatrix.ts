/** Row starts, gene indices and counts of a cells × genes matrix in compressed sparse rows (CSR). */
export interface CountMatrix {
  readonly cells: number
  readonly genes: number
  /** cells + 1 offsets into `geneIndices` and `counts`. */
  readonly rowStarts: Uint32Array
  /** Gene of each stored count, ascending within a cell, in the smallest unsigned type that holds `genes - 1`. */
  readonly geneIndices: Uint16Array | Uint32Array
  /** Stored counts, none of them zero, in the smallest unsigned type that holds the largest. */
  readonly counts: Uint8Array | Uint16Array | Uint32Array
}
