import { cpuExecutor } from '../compute/devices/cpuExecutor'
import { batchesPerEpoch } from './batches'
import { placeOf } from './checkpoint'
import { DeviceFailed, reasonOf, type Fallback } from './deviceFailure'
import type { TrainingOptions, TrainingOutcome } from './trainingOptions'
import { TrainingRun } from './trainingRun'

export type { TrainingOptions, TrainingOutcome } from './trainingOptions'

/**
 * Goes on with a run on another device. A step whose loss was no number is asked there first, so that a failure of the
 * model is told as one.
 */
async function goOn(
  options: TrainingOptions,
  failure: DeviceFailed,
  fallback: Fallback,
): Promise<TrainingOutcome> {
  const executor = await fallback.start()
  const { from, step } = failure
  const training = new TrainingRun(
    { ...options, fallback: undefined, resumeFrom: from ?? undefined },
    executor,
  )
  const { epoch, batch, history } = from?.progress ?? { epoch: 0, batch: 0, history: [] }
  const batches = batchesPerEpoch(options.data.trainingCells.length, options.configuration.batchSize)
  return training.run(async () => {
    if (step) await training.requireFiniteLoss(step)
    await fallback.onFallback({
      reason: reasonOf(failure),
      from: placeOf({ epoch, batch: Math.min(batch, batches - 1) }, batches),
      history,
    })
  })
}

/**
 * Trains a model. A run that is paused and resumed from its checkpoint ends with the same numbers, bit for bit, as one
 * that was never paused (on the same engine). When the device fails, the fallback goes on from the present values where
 * they can still be read, otherwise from the last checkpoint, with the same cells and random numbers.
 * @throws ShiftscopeError `training/notFinite` when the model's loss is no number, `checkpoint/otherScreen`; what a
 * device throws that has no fallback
 */
export async function train(options: TrainingOptions): Promise<TrainingOutcome> {
  const executor = options.executor ?? (await cpuExecutor(options.configuration.threads))
  try {
    return await new TrainingRun(options, executor).run()
  } catch (error) {
    if (!(error instanceof DeviceFailed)) throw error
    if (!options.fallback?.covers(error.reason)) throw error.reason
    try {
      return await goOn(options, error, options.fallback)
    } catch (second) {
      throw second instanceof DeviceFailed ? second.reason : second
    }
  }
}
