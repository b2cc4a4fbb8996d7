import type { Task, TaskKind } from '@contract/task'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { onReconnect, request, subscribe } from '../contractClient/client'

/** Everything that takes more than a second, on this machine, in any project. */
export const useTaskStore = defineStore('tasks', () => {
  const byId = shallowRef<ReadonlyMap<string, Task>>(new Map())
  const drawerOpen = shallowRef(false)

  /** Newest first. */
  const tasks = computed(() =>
    [...byId.value.values()].sort((one, other) => other.createdAt.localeCompare(one.createdAt)),
  )
  const active = computed(() => tasks.value.filter(isActive))
  /** The one shown in the top bar. */
  const running = computed(
    () => active.value.find((task) => task.state === 'running') ?? active.value.at(0) ?? null,
  )

  function put(task: Task): void {
    byId.value = new Map(byId.value).set(task.id, task)
  }

  /** @throws ShiftscopeError when the main side does not answer */
  async function load(): Promise<void> {
    const { tasks: listed } = await request('tasks/list', {})
    byId.value = new Map(listed.map((task) => [task.id, task]))
  }

  function listen(): void {
    subscribe('task/changed', ({ task }) => {
      put(task)
    })
    onReconnect(() => void load())
  }

  /** The newest task of a kind in a project, ended or not. */
  function latest(directory: string, kind: TaskKind): Task | null {
    return tasks.value.find((task) => task.directory === directory && task.kind === kind) ?? null
  }

  /** @throws ShiftscopeError when the task is not known or has ended */
  async function cancel(id: string): Promise<void> {
    await request('tasks/cancel', { task: id })
  }

  return { tasks, active, running, drawerOpen, load, listen, latest, cancel }
})

/** Whether a task is waiting or working. */
export function isActive(task: Task): boolean {
  return task.state === 'queued' || task.state === 'running'
}
