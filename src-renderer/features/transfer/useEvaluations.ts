import type { Evaluation } from '@contract/evaluation'
import type { Run } from '@contract/run'
import { computed } from 'vue'
import { useLoaded, type Loaded } from '../../composables/useLoaded'
import { request } from '../../contractClient/client'
import { useProjectStore } from '../../stores/project'
import { isActive, useTaskStore } from '../../stores/tasks'

/** Evaluations by run; runs that were not evaluated are left out. */
export type Evaluations = ReadonlyMap<string, Evaluation>

/** What the runs were evaluated to; read again when an evaluation has ended. */
export function useEvaluations(runs: () => readonly Run[]): Loaded<Evaluations> {
  const project = useProjectStore()
  const tasks = useTaskStore()
  const asked = computed(() =>
    runs()
      .map(({ id }) => id)
      .join(' '),
  )
  const ended = computed(
    () =>
      tasks.tasks.filter(
        (task) => task.kind === 'evaluate' && task.directory === project.directory && !isActive(task),
      ).length,
  )
  return useLoaded(async () => {
    const { directory } = project
    const read = await Promise.all(
      runs().map(async ({ id }) => (await request('evaluation/read', { directory, run: id })).evaluation),
    )
    return new Map(read.flatMap((evaluation) => (evaluation ? [[evaluation.run, evaluation]] : [])))
  }, [asked, ended])
}
