import { CellRows } from '../compute/cellRows'
import { designOf, designOfSome, singlePerturbations, type Design } from '../compute/design'
import type { Batch, NoisePosition } from '../compute/executor'
import type { Model } from '../compute/model'
import { RandomStream } from '../numerics/random'
import { controlCell } from '../screen/screen'
import { smallestBatch, type TrainingData } from './trainingData'

/** Number of batches in an epoch; a last one of fewer than three cells is dropped. */
export function batchesPerEpoch(cells: number, batchSize: number): number {
  const whole = Math.floor(cells / batchSize)
  return cells % batchSize >= smallestBatch ? whole + 1 : whole
}

/** The order in which an epoch (counted from 1) goes through the training cells. */
export function cellOrder(data: TrainingData, seed: number, epoch: number): Uint32Array {
  return new RandomStream(seed, 'cellOrder', epoch).shuffle(data.trainingCells.slice())
}

/** Where in a run a batch is. */
export type BatchPosition = Omit<NoisePosition, 'seed'>

/** Makes batches one after the other in the same memory: making them anew took a tenth of a step. */
export class BatchMaker {
  private readonly rows: CellRows
  private perturbations = new Int32Array(0)

  constructor(
    private readonly model: Model,
    private readonly data: TrainingData,
    private readonly seed: number,
  ) {
    this.rows = new CellRows(data.counts)
  }

  /** The cells of a batch, with random numbers of this position of the run. They are good until the next batch is made. */
  make(cells: Uint32Array, position: BatchPosition): Batch {
    const { covariates } = this.data
    return {
      counts: this.rows.take(cells),
      covariates: covariates && designOfSome(covariates, cells),
      design: this.designFor(cells),
      noise: { kind: 'drawn', position: { seed: this.seed, ...position } },
    }
  }

  /** The perturbations whose parameters cells carry: their own, or those of its parts for a model that adds parts. */
  private designFor(cells: Uint32Array): Design {
    if (this.perturbations.length < cells.length) this.perturbations = new Int32Array(cells.length)
    for (let row = 0; row < cells.length; row++) {
      this.perturbations[row] = this.data.perturbationOfCell[cells[row]]
    }
    const perturbations = this.perturbations.subarray(0, cells.length)
    if (!this.model.addsParts) return singlePerturbations(perturbations)
    return designOf(
      Array.from(perturbations, (perturbation) =>
        perturbation === controlCell ? [] : this.data.parts[perturbation],
      ),
    )
  }
}

/** A batch by itself. */
export function buildBatch(
  model: Model,
  data: TrainingData,
  cells: Uint32Array,
  seed: number,
  position: BatchPosition,
): Batch {
  return new BatchMaker(model, data, seed).make(cells, position)
}
