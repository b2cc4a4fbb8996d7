import type { ModelRecipe } from '@contract/recipe'
import type { EpochRecord } from '@contract/run'

/** What a run is judged by: the validation negative ELBO, or that of training without a validation split. */
function figureOf(record: EpochRecord): number {
  return record.validationNegativeElbo ?? record.trainNegativeElbo
}

/**
 * The epoch of the last phase with the lowest negative ELBO once the KL term has its full weight; the last epoch while
 * it has not. Before that the ELBO rises by itself, because the model is not yet asked to keep the KL small.
 */
export function bestEpoch(history: readonly EpochRecord[]): EpochRecord | undefined {
  const phase = history.at(-1)?.phase
  const full = history.filter((record) => record.phase === phase && record.klWeight === 1)
  if (full.length === 0) return history.at(-1)
  return full.reduce((best, record) => (figureOf(record) < figureOf(best) ? record : best))
}

/** Edges rest while their number stays within this share of the largest of the epochs looked at. */
const restingShare = 0.01

/** Whether the number of edges has stayed the same to 1 % for so many epochs; true for models that say nothing of edges. */
function edgesRest(history: readonly EpochRecord[], patience: number): boolean {
  const numbers = history.slice(-patience - 1).map(({ edges }) => edges)
  const known = numbers.filter((edges) => edges !== null)
  if (known.length < numbers.length) return true
  return (
    numbers.length > patience && Math.max(...known) - Math.min(...known) <= restingShare * Math.max(...known)
  )
}

/**
 * Why training should stop after the last epoch, or null. Patience counts from the end of the KL warm-up; without a
 * validation split training never stops early. The last values are kept, as in the published code.
 * @param stopWhen `lossRests`: as published; `lossAndEdgesRest`: the number of edges must also have changed by no more than
 *   1 % over the last `patience` epochs
 */
export function reasonToStop(
  history: readonly EpochRecord[],
  { patience, stopWhen }: Pick<ModelRecipe, 'patience' | 'stopWhen'>,
): string | null {
  const last = history.at(-1)
  const best = bestEpoch(history)
  if (patience === null || !last || !best) return null
  if (last.klWeight < 1 || last.validationNegativeElbo === null) return null
  if (last.epoch - best.epoch < patience) return null
  const reason = `The validation negative ELBO had not improved for ${patience} epochs; it was lowest in epoch ${best.epoch}.`
  if (stopWhen === 'lossRests') return reason
  return edgesRest(history, patience) ? `${reason} The number of edges had settled.` : null
}
