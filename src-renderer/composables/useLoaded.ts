import type { Problem } from '@contract/errors'
import { asProblem } from '@contract/errors'
import type { ShallowRef, WatchSource } from 'vue'
import { onScopeDispose, shallowRef, watch } from 'vue'

/** Something asked from the main side: its three states, for LoadingState, ProblemNotice and the page itself. */
export interface Loaded<Value> {
  /** The last answer; stays while a newer one is on its way. */
  value: ShallowRef<Value | null>
  problem: ShallowRef<Problem | null>
  loading: ShallowRef<boolean>
  reload: () => Promise<void>
}

/**
 * Loads now and again whenever one of `sources` changes. An answer that was overtaken by a newer question is dropped.
 *
 * @param load asks; may throw; gives null where there is nothing to ask
 * @param sources what the question depends on
 */
export function useLoaded<Value>(
  load: () => Promise<Value | null>,
  sources: WatchSource[] = [],
): Loaded<Value> {
  const value: ShallowRef<Value | null> = shallowRef(null)
  const problem = shallowRef<Problem | null>(null)
  const loading = shallowRef(false)
  let question = 0

  async function reload(): Promise<void> {
    question += 1
    const mine = question
    loading.value = true
    try {
      const answer = await load()
      if (mine !== question) return
      value.value = answer
      problem.value = null
    } catch (error) {
      if (mine === question) problem.value = asProblem(error)
    } finally {
      if (mine === question) loading.value = false
    }
  }

  onScopeDispose(() => {
    question += 1
  })
  if (sources.length > 0) watch(sources, reload)
  void reload()
  return { value, problem, loading, reload }
}
