import { CellRows } from '../compute/cellRows'
import { designOf, designOfSome, singlePerturbations, type Design } from '../compute/design'
import type { Batch } from '../compute/executor'
import type { Model } from '../compute/model'
import { RandomStream } from '../numerics/random'
import { controlCell } from '../screen/screen'
import { drawNoise, noiseLength, validationEpoch, type Position } from './noise'
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

/** Makes batches one after the other in the same memory: making them anew took a tenth of a step. */
export class BatchMaker {
  private readonly rows: CellRows
  private readonly noiseRoom = new Map<string, Float32Array>()
  private perturbations = new Int32Array(0)

  constructor(
    private readonly model: Model,
    private readonly data: TrainingData,
    private readonly seed: number,
  ) {
    this.rows = new CellRows(data.counts)
  }

  /**
   * The cells of a batch with the random numbers that the model needs at this position of the run. They are good until
   * the next batch is made.
   */
  make(cells: Uint32Array, position: Position): Batch {
    const noise: Record<string, Float32Array> = {}
    for (const described of this.model.noise) {
      if (described.trainingOnly && position.epoch === validationEpoch) continue
      const values = this.roomFor(described.name, noiseLength(described, cells.length))
      noise[described.name] = drawNoise(described, values, this.seed, position)
    }
    const { covariates } = this.data
    return {
      counts: this.rows.take(cells),
      covariates: covariates && designOfSome(covariates, cells),
      design: this.designFor(cells),
      noise,
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

  private roomFor(name: string, length: number): Float32Array {
    let room = this.noiseRoom.get(name)
    if (!room || room.length < length) {
      room = new Float32Array(length)
      this.noiseRoom.set(name, room)
    }
    return room.subarray(0, length)
  }
}

/** A batch by itself. */
export function buildBatch(
  model: Model,
  data: TrainingData,
  cells: Uint32Array,
  seed: number,
  position: Position,
): Batch {
  return new BatchMaker(model, data, seed).make(cells, position)
}
