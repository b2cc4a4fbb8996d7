import { quantile } from '../../numerics/statistics'
import { breathe, type LongWork } from '../../screen/longWork'
import { publishedAdam } from '../adam'
import type { Batch, Executor, ModelState } from '../executor'
import type { Model } from '../model'

/** Steps like those of a run. */
export interface StepWork {
  readonly model: Model
  readonly state: ModelState
  /** Taken in turn. */
  readonly batches: readonly Batch[]
}

export interface TimedWork extends LongWork {
  /** Time after which no further step is begun, milliseconds. */
  readonly budgetMs: number
}

/** Steps after which more say nothing new. */
const mostSteps = 30
/** Share of the budget for the first steps, which compile and allocate. */
const warmingShare = 0.3

/**
 * What a computation takes on a calm machine, of times that were taken on one that may not have been: their lower
 * quartile. Whatever else the machine does makes some of them longer, up to several times, and none shorter.
 * @param times at least one
 */
export function calmTime(times: readonly number[]): number {
  return quantile(times, 0.25)
}

/**
 * Times of training steps, milliseconds, at least one. A device so slow that the budget is over before it is warm is
 * judged by its last step.
 * @throws what the device throws; the signal's reason when cancelled
 */
export async function stepTimes(
  executor: Executor,
  { model, state, batches }: StepWork,
  { budgetMs, ...work }: TimedWork,
): Promise<number[]> {
  const session = executor.open(model, state)
  try {
    const begun = performance.now()
    const spent = () => (performance.now() - begun) / budgetMs
    const times: number[] = []
    let last = 0
    for (let step = 0; (step === 0 || spent() < 1) && times.length < mostSteps; step++) {
      work.onProgress?.(Math.min(1, spent()), 'Timing steps')
      await breathe(work)
      const cold = step === 0 || spent() < warmingShare
      const started = performance.now()
      await session.step(batches[step % batches.length], 1, publishedAdam)
      last = performance.now() - started
      if (!cold) times.push(last)
    }
    return times.length > 0 ? times : [last]
  } finally {
    session.close()
  }
}

/** Time of a training step on a calm machine, milliseconds. Throws as `stepTimes`. */
export async function msPerStep(executor: Executor, step: StepWork, work: TimedWork): Promise<number> {
  return calmTime(await stepTimes(executor, step, work))
}
