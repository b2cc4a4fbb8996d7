/** Which perturbations the cells of a batch carry: those of the first cell, then those of the second, and so on. */
export interface Design {
  /** cells + 1 offsets into `perturbations`. */
  readonly starts: Uint32Array
  /** Indices of perturbations, none twice in a cell; a control cell has none. */
  readonly perturbations: Uint32Array
}

/** The design of cells with one perturbation each, or none where the index is negative. */
export function singlePerturbations(perturbationOfCell: ArrayLike<number>): Design {
  const starts = new Uint32Array(perturbationOfCell.length + 1)
  const perturbations = new Uint32Array(perturbationOfCell.length)
  let entries = 0
  for (let cell = 0; cell < perturbationOfCell.length; cell++) {
    if (perturbationOfCell[cell] >= 0) perturbations[entries++] = perturbationOfCell[cell]
    starts[cell + 1] = entries
  }
  return { starts, perturbations: perturbations.subarray(0, entries) }
}

/** The design of cells with any number of perturbations each. */
export function designOf(perturbationsOfCells: readonly (readonly number[])[]): Design {
  const starts = new Uint32Array(perturbationsOfCells.length + 1)
  perturbationsOfCells.forEach(({ length }, cell) => (starts[cell + 1] = starts[cell] + length))
  return { starts, perturbations: Uint32Array.from(perturbationsOfCells.flat()) }
}

/** The design of so many control cells. */
export function noPerturbations(cells: number): Design {
  return { starts: new Uint32Array(cells + 1), perturbations: new Uint32Array(0) }
}

/** The design of the cells `first` to `end`. */
export function designOfCells({ starts, perturbations }: Design, first: number, end: number): Design {
  const from = starts[first]
  return {
    starts: starts.slice(first, end + 1).map((start) => start - from),
    perturbations: perturbations.subarray(from, starts[end]),
  }
}

/** As a matrix of ones and zeros, cells × K row-major. */
export function denseDesign({ starts, perturbations }: Design, perturbationCount: number): Float32Array {
  const cells = starts.length - 1
  const dense = new Float32Array(cells * perturbationCount)
  for (let cell = 0; cell < cells; cell++) {
    for (let entry = starts[cell]; entry < starts[cell + 1]; entry++) {
      dense[cell * perturbationCount + perturbations[entry]] = 1
    }
  }
  return dense
}
