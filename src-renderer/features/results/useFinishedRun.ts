import type { Run } from '@contract/run'
import { computed, type ComputedRef, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useProjectStore } from '../../stores/project'

/** The run whose results a page shows: the one in the address (`?run=`), else the newest that is done. */
export function useFinishedRun(): {
  /** Newest first. */
  finished: ComputedRef<readonly Run[]>
  runId: WritableComputedRef<string>
  run: ComputedRef<Run | null>
  /** The run's screen is not the one prepared last. */
  fromOtherScreen: ComputedRef<boolean>
} {
  const project = useProjectStore()
  const route = useRoute()
  const router = useRouter()
  const finished = computed(() =>
    (project.state?.runs ?? [])
      .filter(({ state }) => state === 'done')
      .sort((one, other) => other.createdAt.localeCompare(one.createdAt)),
  )
  const run = computed(
    () => finished.value.find(({ id }) => id === route.query.run) ?? finished.value.at(0) ?? null,
  )
  const runId = computed({
    get: () => run.value?.id ?? '',
    set: (id) => void router.replace({ query: { ...route.query, run: id } }),
  })
  const fromOtherScreen = computed(
    () => run.value !== null && run.value.screenSha256 !== project.state?.project.prepared?.screenSha256,
  )
  return { finished, runId, run, fromOtherScreen }
}
