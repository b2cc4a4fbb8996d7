import type { Baselines } from '@contract/baselines'
import type { RunAgreement } from '@contract/evaluation'
import type { Run } from '@contract/run'
import { computed } from 'vue'
import { useLoaded, type Loaded } from '../../composables/useLoaded'
import { request } from '../../contractClient/client'
import { useProjectStore } from '../../stores/project'
import { isActive, useTaskStore } from '../../stores/tasks'

/** The simple rows of the prepared screen; read again when they may have been computed. */
export function useBaselines(): Loaded<{ baselines: Baselines | null }> {
  const project = useProjectStore()
  const tasks = useTaskStore()
  const ended = computed(
    () =>
      tasks.tasks.filter(
        (task) =>
          (task.kind === 'baselines' || task.kind === 'evaluate') &&
          task.directory === project.directory &&
          !isActive(task),
      ).length,
  )
  const screen = computed(() => project.state?.project.prepared?.screenSha256 ?? '')
  return useLoaded(
    async () =>
      screen.value === ''
        ? { baselines: null }
        : await request('evaluation/baselines', { directory: project.directory }),
    [ended, screen],
  )
}

/** How far runs of one screen agree that differ only in their seed. Runs of the newest screen, as it is asked for. */
export function useAgreement(runs: () => readonly Run[]): Loaded<RunAgreement> {
  const project = useProjectStore()
  const ids = computed(() => {
    const [newest] = runs()
    return runs()
      .filter(({ screenSha256 }) => screenSha256 === newest.screenSha256)
      .map(({ id }) => id)
      .join(' ')
  })
  return useLoaded(async () => {
    const asked = ids.value.split(' ')
    if (asked.length < 2) return { groups: [] }
    return request('evaluation/agreement', { directory: project.directory, runs: asked })
  }, [ids])
}
