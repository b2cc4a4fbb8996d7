import { RandomStream } from '../numerics/random'
import { controlCell, type PreparedScreen } from '../screen/screen'

/**
 * A small screen for tests: perturbations A and B raise the first genes, C does nothing, D is held out; a quarter of
 * the cells are controls.
 */
export function smallScreen(cells = 60, genes = 12): PreparedScreen {
  const perturbations = ['A', 'B', 'C', 'D']
  const stream = new RandomStream(1, 'simulation')
  const rowStarts = new Uint32Array(cells + 1)
  const geneIndices: number[] = []
  const counts: number[] = []
  const perturbationOfCell = Int32Array.from({ length: cells }, (_, cell) =>
    cell % 4 === 0 ? controlCell : (cell >> 2) % 4,
  )
  for (let cell = 0; cell < cells; cell++) {
    const raised = perturbationOfCell[cell] === 0 || perturbationOfCell[cell] === 1
    for (let gene = 0; gene < genes; gene++) {
      const count = Math.floor((raised && gene < 3 ? 12 : 3) * stream.nextUniform())
      if (count === 0) continue
      geneIndices.push(gene)
      counts.push(count)
    }
    rowStarts[cell + 1] = counts.length
  }
  return {
    counts: {
      cells,
      genes,
      rowStarts,
      geneIndices: Uint16Array.from(geneIndices),
      counts: Uint8Array.from(counts),
    },
    genes: {
      ids: Array.from({ length: genes }, (_, gene) => `ENSG${gene}`),
      symbols: Array.from({ length: genes }, (_, gene) => `GENE${gene}`),
    },
    barcodes: Array.from({ length: cells }, (_, cell) => `cell${cell}`),
    perturbations,
    perturbationOfCell,
    guidesOfCell: Array.from({ length: cells }, () => ''),
    covariates: {},
    splitOfCell: Array.from(perturbationOfCell, (perturbation, cell) =>
      perturbation === 3 ? 'test' : cell % 7 === 0 ? 'validation' : 'train',
    ),
    heldOut: [false, false, false, true],
  }
}
