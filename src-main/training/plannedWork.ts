import type { PlannedWork } from '../compute/devices/choose'
import { sizeOf } from '../compute/model'
import { completeConfiguration, createModel } from '../models/createModel'
import type { ModelRecipe } from '@contract/recipe'
import { batchesPerEpoch, buildBatch, cellOrder } from './batches'
import { startState } from './startState'
import { screenSize, type TrainingData } from './trainingData'

/** Batches that steps are timed with. */
const timedBatches = 4

/** The power of two at or over a number: sizes within a factor of two take about as long each. */
function roundedUp(size: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, size)))
}

/** What a run will compute: how much, of which shape, and steps of it to time. */
export function plannedWork(data: TrainingData, recipe: ModelRecipe): PlannedWork {
  const configuration = completeConfiguration(recipe, data.perturbations)
  const { batchSize, epochs, seed } = configuration
  const model = createModel(configuration, screenSize(data))
  const cells = Math.min(batchSize, data.trainingCells.length)
  const weights = model.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0)
  const stored = data.counts.rowStarts[data.counts.cells] / (data.counts.cells * data.counts.genes)
  const steps = epochs * batchesPerEpoch(data.trainingCells.length, batchSize)
  return {
    shape: [
      model.name,
      `${roundedUp(model.genes)} genes`,
      `${roundedUp(model.perturbations)} perturbations`,
      `${roundedUp(model.latents)} latents`,
      `${roundedUp(cells)} cells`,
      stored < 0.2 ? 'few counts' : 'many counts',
    ].join(', '),
    // Forward, gradient by inputs, gradient by weights: a multiplication and an addition each.
    operations: steps * cells * weights * 6,
    step: () => {
      const order = cellOrder(data, seed, 1)
      const count = Math.max(1, Math.min(timedBatches, Math.floor(order.length / cells)))
      return {
        model,
        state: startState(model, seed),
        batches: Array.from({ length: count }, (_, batch) =>
          buildBatch(model, data, order.subarray(batch * cells, (batch + 1) * cells), seed, {
            epoch: 1,
            batch,
          }),
        ),
      }
    },
  }
}
