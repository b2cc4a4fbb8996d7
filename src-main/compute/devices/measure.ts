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

/** Steps after which more say nothing new. */
const mostSteps = 30
/** Share of the budget for the first steps, which compile and allocate. */
const warmingShare = 0.3

/**
 * Median time of a training step, milliseconds. A device so slow that the budget is over before it is warm is judged by
 * its last step.
 * @param budgetMs time after which no further step is begun
 * @throws what the device throws; the signal's reason when cancelled
 */
export async function msPerStep(
  executor: Executor,
  { model, state, batches }: StepWork,
  { budgetMs, ...work }: LongWork & { readonly budgetMs: number },
): Promise<number> {
  const session = executor.open(model, state)
  try {
    const begun = performance.now()
    const spent = () => (performance.now() - begun) / budgetMs
    const times: number[] = []
    let last = 0
    for (let step = 0; (step === 0 || spent() < 1) && times.length < mostSteps; step++) {
      await breathe(work)
      const cold = step === 0 || spent() < warmingShare
      const started = performance.now()
      await session.step(batches[step % batches.length], 1, publishedAdam)
      last = performance.now() - started
      if (!cold) times.push(last)
    }
    times.sort((a, b) => a - b)
    return times.at(times.length >> 1) ?? last
  } finally {
    session.close()
  }
}
