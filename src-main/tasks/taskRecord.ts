import { randomUUID } from 'node:crypto'
import type { Task } from '@contract/task'
import type { JobName } from './jobContract'
import type { TaskPlan } from './taskPlan'
import { createTimeLeft } from './timeLeft'

const throttleMs = 100
const keptLogLines = 200

/** What is shown of a task, and the telling of its changes. */
export interface TaskRecord {
  readonly task: Task
  /** Changes fields and tells at once. */
  readonly change: (fields: Partial<Task>) => void
  /** Notes progress, told at most ten times a second. */
  readonly progress: (fraction: number | null, message: string) => void
  readonly log: (line: string) => void
}

/** A task that waits. Its changes go to `tell`. */
export function createTaskRecord(plan: TaskPlan<JobName>, tell: (task: Task) => void): TaskRecord {
  const timeLeft = createTimeLeft()
  let lastTold = 0
  let telling: NodeJS.Timeout | undefined
  let task: Task = {
    id: randomUUID(),
    kind: plan.kind,
    title: plan.title,
    directory: plan.directory,
    run: plan.run,
    state: 'queued',
    fraction: null,
    message: 'Waiting',
    secondsLeft: null,
    createdAt: new Date().toISOString(),
    startedAt: null,
    finishedAt: null,
    problem: null,
    log: [],
  }
  const tellNow = () => {
    clearTimeout(telling)
    telling = undefined
    lastTold = Date.now()
    tell(task)
  }
  const tellSoon = () => {
    telling ??= setTimeout(tellNow, Math.max(0, throttleMs - (Date.now() - lastTold)))
  }
  return {
    get task() {
      return task
    },
    change: (fields) => {
      task = { ...task, ...fields }
      tellNow()
    },
    progress: (reached, message) => {
      const fraction = reached === null ? null : Math.min(1, Math.max(0, reached))
      task = { ...task, fraction, message, secondsLeft: timeLeft.update(fraction, Date.now()) }
      tellSoon()
    },
    log: (line) => {
      task = { ...task, log: [...task.log, line].slice(-keptLogLines) }
      tellSoon()
    },
  }
}
