/**
 * Which rows of a matrix the cells of a batch take: the perturbations that they carry, or the levels of covariates that
 * they have. Those of the first cell come first, then those of the second, and so on.
 */
export interface Design {
  /** cells + 1 offsets into `rows`. */
  readonly starts: Uint32Array
  /** Indices of rows, none twice in a cell; a control cell has no perturbation. */
  readonly rows: Uint32Array
}

/** The design of cells with one perturbation each, or none where the index is negative. */
export function singlePerturbations(perturbationOfCell: ArrayLike<number>): Design {
  const starts = new Uint32Array(perturbationOfCell.length + 1)
  const rows = new Uint32Array(perturbationOfCell.length)
  let entries = 0
  for (let cell = 0; cell < perturbationOfCell.length; cell++) {
    if (perturbationOfCell[cell] >= 0) rows[entries++] = perturbationOfCell[cell]
    starts[cell + 1] = entries
  }
  return { starts, rows: rows.subarray(0, entries) }
}

/** The design of cells with any number of rows each. */
export function designOf(rowsOfCells: readonly (readonly number[])[]): Design {
  const starts = new Uint32Array(rowsOfCells.length + 1)
  rowsOfCells.forEach(({ length }, cell) => (starts[cell + 1] = starts[cell] + length))
  return { starts, rows: Uint32Array.from(rowsOfCells.flat()) }
}

/** The design of so many control cells. */
export function noPerturbations(cells: number): Design {
  return { starts: new Uint32Array(cells + 1), rows: new Uint32Array(0) }
}

/** The design of the cells `first` to `end`. */
export function designOfCells({ starts, rows }: Design, first: number, end: number): Design {
  const from = starts[first]
  return {
    starts: starts.slice(first, end + 1).map((start) => start - from),
    rows: rows.subarray(from, starts[end]),
  }
}

/** The design of some cells, in the order given (cells may repeat). */
export function designOfSome({ starts, rows }: Design, cells: Uint32Array): Design {
  const chosen = new Uint32Array(cells.length + 1)
  cells.forEach((cell, at) => (chosen[at + 1] = chosen[at] + starts[cell + 1] - starts[cell]))
  const taken = new Uint32Array(chosen[cells.length])
  cells.forEach((cell, at) => taken.set(rows.subarray(starts[cell], starts[cell + 1]), chosen[at]))
  return { starts: chosen, rows: taken }
}

/** As a matrix of ones and zeros, cells × rows of the matrix, row-major. */
export function denseDesign({ starts, rows }: Design, rowCount: number): Float32Array {
  const cells = starts.length - 1
  const dense = new Float32Array(cells * rowCount)
  for (let cell = 0; cell < cells; cell++) {
    for (let entry = starts[cell]; entry < starts[cell + 1]; entry++) {
      dense[cell * rowCount + rows[entry]] = 1
    }
  }
  return dense
}

/** The covariates of cells for a model that has some. @throws Error where the caller left them out */
export function requireCovariates(covariates: Design | null): Design {
  if (!covariates) throw new Error('The model has covariates, and the cells come without theirs.')
  return covariates
}
