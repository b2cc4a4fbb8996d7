import type { CountMatrix } from './countMatrix'
import { subsetTruth } from './groundTruth'
import { controlCell, type Covariate, type Screen } from './screen'

/**
 * A part of a screen: some cells and some genes, both ascending. Perturbations that keep no cell are left out; counts
 * and indices are stored in the smallest types that hold them.
 */
export function subsetScreen(screen: Screen, cells: Uint32Array, genes: Uint32Array): Screen {
  const keepsCells = new Uint8Array(screen.perturbations.length)
  for (const cell of cells) {
    const perturbation = screen.perturbationOfCell[cell]
    if (perturbation !== controlCell) keepsCells[perturbation] = 1
  }
  const newIndex = new Int32Array(screen.perturbations.length).fill(controlCell)
  const keptPerturbations = Uint32Array.from(keepsCells.keys()).filter(
    (perturbation) => keepsCells[perturbation] === 1,
  )
  keptPerturbations.forEach((perturbation, index) => (newIndex[perturbation] = index))
  return {
    counts: subsetCounts(screen.counts, cells, genes),
    genes: {
      ids: Array.from(genes, (gene) => screen.genes.ids[gene]),
      symbols: Array.from(genes, (gene) => screen.genes.symbols[gene]),
    },
    barcodes: Array.from(cells, (cell) => screen.barcodes[cell]),
    perturbations: Array.from(keptPerturbations, (perturbation) => screen.perturbations[perturbation]),
    perturbationOfCell: Int32Array.from(cells, (cell) => {
      const perturbation = screen.perturbationOfCell[cell]
      return perturbation === controlCell ? controlCell : newIndex[perturbation]
    }),
    guidesOfCell: Array.from(cells, (cell) => screen.guidesOfCell[cell]),
    covariates: Object.fromEntries(
      Object.entries(screen.covariates).map(([name, covariate]) => [name, subsetCovariate(covariate, cells)]),
    ),
    ...(screen.truth && {
      truth: subsetTruth(screen.truth, { cells, genes, perturbations: keptPerturbations }),
    }),
  }
}

function subsetCovariate(covariate: Covariate, cells: Uint32Array): Covariate {
  return covariate.kind === 'text'
    ? { ...covariate, codes: Int32Array.from(cells, (cell) => covariate.codes[cell]) }
    : { ...covariate, values: Float64Array.from(cells, (cell) => covariate.values[cell]) }
}

/** Some rows and columns of a matrix, both ascending. */
export function subsetCounts(matrix: CountMatrix, cells: Uint32Array, genes: Uint32Array): CountMatrix {
  const columnOf = new Int32Array(matrix.genes).fill(-1)
  genes.forEach((gene, column) => (columnOf[gene] = column))
  const rowStarts = new Uint32Array(cells.length + 1)
  let largest = 0
  cells.forEach((cell, row) => {
    let stored = rowStarts[row]
    for (let entry = matrix.rowStarts[cell]; entry < matrix.rowStarts[cell + 1]; entry++) {
      if (columnOf[matrix.geneIndices[entry]] < 0) continue
      stored += 1
      largest = Math.max(largest, matrix.counts[entry])
    }
    rowStarts[row + 1] = stored
  })
  const stored = rowStarts[cells.length]
  const geneIndices = indicesFor(genes.length, stored)
  const counts = countsFor(largest, stored)
  let next = 0
  for (const cell of cells) {
    for (let entry = matrix.rowStarts[cell]; entry < matrix.rowStarts[cell + 1]; entry++) {
      const column = columnOf[matrix.geneIndices[entry]]
      if (column < 0) continue
      geneIndices[next] = column
      counts[next] = matrix.counts[entry]
      next += 1
    }
  }
  return { cells: cells.length, genes: genes.length, rowStarts, geneIndices, counts }
}

/** The smallest array type for indices of so many genes. */
export function indicesFor(genes: number, length: number): CountMatrix['geneIndices'] {
  return genes <= 0x10000 ? new Uint16Array(length) : new Uint32Array(length)
}

/** The smallest array type for counts up to the largest. */
export function countsFor(largest: number, length: number): CountMatrix['counts'] {
  if (largest <= 0xff) return new Uint8Array(length)
  return largest <= 0xffff ? new Uint16Array(length) : new Uint32Array(length)
}
