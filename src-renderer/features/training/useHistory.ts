import type { Problem } from '@contract/errors'
import { asProblem } from '@contract/errors'
import type { EpochRecord } from '@contract/run'
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { onReconnect, request, subscribe } from '../../contractClient/client'

/**
 * The epochs of a run: those on disk, then each as it ends. Epochs that end while the history is being read are kept;
 * after a lost connection the history is read again.
 */
export function useHistory(
  directory: () => string,
  run: () => string,
): {
  /** In order, without doubles. */
  epochs: ComputedRef<readonly EpochRecord[]>
  loading: ShallowRef<boolean>
  problem: ShallowRef<Problem | null>
  reload: () => Promise<void>
} {
  const byEpoch = shallowRef<ReadonlyMap<number, EpochRecord>>(new Map())
  const loading = shallowRef(false)
  const problem = shallowRef<Problem | null>(null)
  let question = 0

  /** Later records replace earlier ones of the same epoch: a resumed run trains it again to the same figures. */
  function put(records: readonly EpochRecord[], over: ReadonlyMap<number, EpochRecord>): void {
    const next = new Map(over)
    for (const record of records) next.set(record.epoch, record)
    byEpoch.value = next
  }

  async function reload(): Promise<void> {
    question += 1
    const mine = question
    loading.value = true
    try {
      const history = await request('training/history', { directory: directory(), run: run() })
      if (mine !== question) return
      put([...byEpoch.value.values()], new Map(history.epochs.map((record) => [record.epoch, record])))
      problem.value = null
    } catch (error) {
      if (mine === question) problem.value = asProblem(error)
    } finally {
      if (mine === question) loading.value = false
    }
  }

  watch(
    [directory, run],
    () => {
      byEpoch.value = new Map()
      void reload()
    },
    { immediate: true },
  )
  const unsubscribe = subscribe('training/epoch', (event) => {
    if (event.directory === directory() && event.run === run()) put([event.epoch], byEpoch.value)
  })
  const stopListening = onReconnect(() => void reload())
  onScopeDispose(() => {
    question += 1
    unsubscribe()
    stopListening()
  })

  const epochs = computed(() => [...byEpoch.value.values()].sort((one, other) => one.epoch - other.epoch))
  return { epochs, loading, problem, reload }
}
