import type { Run } from '@contract/run'
import type { Task } from '@contract/task'
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef } from 'vue'
import { subscribe } from '../../contractClient/client'
import { useProjectStore } from '../../stores/project'
import { isActive, useTaskStore } from '../../stores/tasks'
import { inReadingOrder } from './runOrder'

/** A run as its task says it is: the project's own words for it may be a moment old. */
export function withTask(run: Run, task: Task | undefined, epochsDone: number): Run {
  const state = task?.state === 'running' && run.state === 'queued' ? 'running' : run.state
  return { ...run, state, epochsDone: Math.max(run.epochsDone, epochsDone) }
}

/**
 * The runs of the open project in reading order, kept up with what is being trained: states follow the tasks, epochs are
 * counted as they end, and the project is read again when a task begins or ends.
 */
export function useLiveRuns(): ComputedRef<readonly Run[]> {
  const project = useProjectStore()
  const tasks = useTaskStore()
  const epochs = shallowRef<ReadonlyMap<string, number>>(new Map())

  const unsubscribe = subscribe('training/epoch', ({ directory, run, epoch }) => {
    if (directory === project.directory) epochs.value = new Map(epochs.value).set(run, epoch.epoch)
  })
  onScopeDispose(unsubscribe)

  const training = computed(() =>
    tasks.tasks.filter((task) => task.kind === 'train' && task.directory === project.directory),
  )
  watch(
    () => training.value.map(({ id, state }) => `${id} ${state}`).join(),
    () => void project.refresh(),
  )

  return computed(() =>
    inReadingOrder(
      (project.state?.runs ?? []).map((run) =>
        withTask(
          run,
          training.value.find((task) => task.run === run.id && isActive(task)),
          epochs.value.get(run.id) ?? 0,
        ),
      ),
    ),
  )
}
