import { modelRecipeSchema } from '@contract/recipe'
import type { Executor } from '../compute/executor'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint'
import { smallScreen } from './smallScreen'
import { train, type TrainingOptions, type TrainingOutcome } from './train'
import { trainingData } from './trainingData'

/** What runs on the small screen have in common, for tests. */
export const smallData = trainingData(smallScreen(), { covariates: [] })
export const smallConfiguration = modelRecipeSchema.parse({
  latents: 3,
  epochs: 4,
  batchSize: 8,
  warmUp: 2,
  patience: null,
  seed: 11,
})

/** Trains on the small screen: as `smallConfiguration` says, but for the changes. */
export function trainSmall(
  executor: Executor,
  changes: Partial<TrainingOptions> = {},
): Promise<TrainingOutcome> {
  return train({
    data: smallData,
    configuration: smallConfiguration,
    executor,
    onEpoch: () => undefined,
    onCheckpoint: () => Promise.resolve(),
    ...changes,
  })
}

/** The checkpoint, written and read again, of a run that is paused after so many batches. */
export async function pausedAfter(
  batches: number,
  executor: Executor,
  changes: Partial<TrainingOptions> = {},
): Promise<Checkpoint> {
  const pause = new AbortController()
  let done = 0
  const onProgress = () => {
    done += 1
    if (done === batches) pause.abort()
  }
  const { state, checkpoint } = await trainSmall(executor, { ...changes, signal: pause.signal, onProgress })
  if (state !== 'paused') throw new Error(`The run ended before batch ${batches}.`)
  return decodeCheckpoint(encodeCheckpoint(checkpoint))
}

/** A checkpoint without what clocks say. */
export function withoutTimes({ progress, ...rest }: Checkpoint): unknown {
  return {
    ...rest,
    progress: { ...progress, history: progress.history.map((record) => ({ ...record, seconds: 0 })) },
  }
}
