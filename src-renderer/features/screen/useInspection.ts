import type { Inspection } from '@contract/inspection'
import { computed, watch } from 'vue'
import type { Loaded } from '../../composables/useLoaded'
import { useLoaded } from '../../composables/useLoaded'
import { request } from '../../contractClient/client'
import { absolutePath } from '../../format/paths'
import { useProjectStore } from '../../stores/project'

/** What is in a file of the recipe; looks again when another one is chosen. Null while no file is chosen. */
export function useInspection(path: () => string | null): Loaded<Inspection> {
  const project = useProjectStore()
  const wanted = computed(() => {
    const chosen = path()
    return chosen === null ? null : absolutePath(chosen, project.directory)
  })
  const loaded = useLoaded(
    async () => (wanted.value === null ? null : request('screen/inspect', { path: wanted.value })),
    [wanted],
  )
  // What is known of another file must not be shown beside this one.
  watch(
    wanted,
    () => {
      loaded.value.value = null
    },
    { flush: 'sync' },
  )
  return loaded
}
