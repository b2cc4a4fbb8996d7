import { RandomStream } from '../../numerics/random'
import { controlCell } from '../../screen/screen'
import type { TrainingData } from '../../training/trainingData'

/** Share of a cell's genes with a count, as in 10x data of the 2020s. */
const filled = 0.15

/**
 * A screen of a given size for timing: counts and perturbations at random, the same on every machine. Nothing can be
 * learnt from it.
 * @param cells cells of a batch; all of them train
 */
export function benchScreen(cells: number, genes: number, perturbations: number): TrainingData {
  const stream = new RandomStream(0, 'simulation')
  const rowStarts = new Uint32Array(cells + 1)
  const geneIndices: number[] = []
  for (let cell = 0; cell < cells; cell++) {
    for (let gene = 0; gene < genes; gene++) if (stream.nextUniform() < filled) geneIndices.push(gene)
    rowStarts[cell + 1] = geneIndices.length
  }
  return {
    counts: {
      cells,
      genes,
      rowStarts,
      geneIndices: Uint32Array.from(geneIndices),
      counts: Uint8Array.from(geneIndices, () => 1 + stream.nextInteger(9)),
    },
    perturbationOfCell: Int32Array.from({ length: cells }, (_, cell) =>
      cell % 10 === 0 ? controlCell : cell % perturbations,
    ),
    perturbations,
    trained: Array.from({ length: perturbations }, () => true),
    trainingCells: Uint32Array.from({ length: cells }, (_, cell) => cell),
    validationCells: new Uint32Array(),
  }
}
