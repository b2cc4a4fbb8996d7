import { rowsOfCells } from '../compute/cellRows'
import { singlePerturbations } from '../compute/design'
import type { Batch } from '../compute/executor'
import type { Model } from '../compute/model'
import { RandomStream } from '../numerics/random'
import { drawNoise, validationEpoch, type Position } from './noise'
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

/** The cells of a batch with the random numbers that the model needs at this position of the run. */
export function buildBatch(
  model: Model,
  data: TrainingData,
  cells: Uint32Array,
  seed: number,
  position: Position,
): Batch {
  const training = position.epoch !== validationEpoch
  const needed = model.noise.filter(({ trainingOnly }) => training || !trainingOnly)
  return {
    counts: rowsOfCells(data.counts, cells),
    design: singlePerturbations(Int32Array.from(cells, (cell) => data.perturbationOfCell[cell])),
    noise: Object.fromEntries(
      needed.map((noise) => [noise.name, drawNoise(noise, cells.length, seed, position)]),
    ),
  }
}
