import type { Problem } from '@contract/errors'
import { asProblem } from '@contract/errors'
import type { ModelRecipe } from '@contract/recipe'
import type { ResponseBody } from '@contract/requests'
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { useMeasurement, type MeasurementProgress } from '../../composables/useMeasurement'
import { request } from '../../contractClient/client'

export type Estimate = ResponseBody<'models/estimate'>

/** A seed changes neither time nor memory. */
function costOf(model: ModelRecipe): string {
  return JSON.stringify({ ...model, seed: 0 })
}

export interface Estimates {
  estimateOf: (model: ModelRecipe) => Estimate | null
  problem: ShallowRef<Problem | null>
  /** While models are timed, and how far the present one is. */
  timing: ShallowRef<boolean>
  progress: ShallowRef<MeasurementProgress | null>
  /** Times those models that are not timed yet. */
  again: () => void
  cancel: () => void
}

/**
 * Time and memory of each model, asked one after another, since each is timed on the machine. Models that cost the same
 * are asked once; answers stay as long as the screen does. Other models, another screen or leaving the page end a timing
 * that nobody waits for any more.
 */
export function useEstimates(
  directory: () => string,
  models: () => readonly ModelRecipe[],
  /** Identifies the prepared screen; null while there is none to time on. */
  screen: () => string | null,
): Estimates {
  const known = shallowRef<ReadonlyMap<string, Estimate>>(new Map())
  const problem = shallowRef<Problem | null>(null)
  const timing = shallowRef(false)
  const { progress, measure, cancel: cancelMeasurement } = useMeasurement()
  let question = 0

  function cancel(): void {
    question += 1
    timing.value = false
    cancelMeasurement()
  }

  async function ask(): Promise<void> {
    cancel()
    const mine = question
    problem.value = null
    timing.value = screen() !== null
    try {
      for (const model of models()) {
        if (screen() === null || known.value.has(costOf(model))) continue
        const estimate = await measure((measurement) =>
          request('models/estimate', { directory: directory(), model, measurement }),
        )
        if (mine !== question || estimate === null) return
        known.value = new Map(known.value).set(costOf(model), estimate)
      }
    } catch (error) {
      if (mine === question) problem.value = asProblem(error)
    } finally {
      if (mine === question) timing.value = false
    }
  }

  watch(models, ask, { immediate: true })
  watch(screen, () => {
    known.value = new Map()
    void ask()
  })
  onScopeDispose(cancel)
  return {
    estimateOf: (model) => known.value.get(costOf(model)) ?? null,
    problem,
    timing,
    progress,
    again: () => void ask(),
    cancel,
  }
}
