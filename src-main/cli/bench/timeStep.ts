import { modelRecipeSchema } from '@contract/recipe'
import { publishedAdam } from '../../compute/adam'
import type { Executor } from '../../compute/executor'
import { completeConfiguration, createModel } from '../../models/createModel'
import { buildBatch } from '../../training/batches'
import { startState } from '../../training/startState'
import { benchScreen } from './benchScreen'

/** What is timed: one training step of sVAE+ with the published body. */
export interface StepShape {
  readonly batchSize: number
  readonly genes: number
  readonly perturbations: number
  readonly latents: number
}

export interface StepTimes {
  /** Milliseconds of a step: forward, backward and Adam. */
  readonly median: number
  readonly fastest: number
  readonly slowest: number
  /** Cells trained on in a second, from the median. */
  readonly cellsPerSecond: number
}

/**
 * Times training steps on an engine.
 * @param warming steps before the timed ones, which compile and allocate
 * @param steps timed steps
 */
export async function timeStep(
  executor: Executor,
  { batchSize, genes, perturbations, latents }: StepShape,
  warming: number,
  steps: number,
): Promise<StepTimes> {
  const data = benchScreen(batchSize, genes, perturbations)
  const configuration = completeConfiguration(modelRecipeSchema.parse({ latents, batchSize }), perturbations)
  const model = createModel(configuration, { genes, perturbations, trainingCells: batchSize })
  const session = executor.open(model, startState(model, 0))
  const times: number[] = []
  try {
    for (let index = 0; index < warming + steps; index++) {
      const batch = buildBatch(model, data, data.trainingCells, 0, { epoch: 1, batch: index })
      const startedAt = performance.now()
      await session.step(batch, 1, publishedAdam)
      if (index >= warming) times.push(performance.now() - startedAt)
    }
  } finally {
    session.close()
  }
  times.sort((a, b) => a - b)
  const median = times[times.length >> 1]
  return {
    median,
    fastest: times[0],
    slowest: times[times.length - 1],
    cellsPerSecond: (1000 * batchSize) / median,
  }
}
