import type { Task } from '@contract/task'
import { lockProject } from '../workspace/projectLock'
import type { JobName } from './jobContract'
import { abandonTask, runTask, type RunningTask } from './runTask'
import type { TaskListener, TaskPlan } from './taskPlan'
import { createTaskRecord, type TaskRecord } from './taskRecord'
import type { ForkWorker } from './workerHandle'

export interface TaskQueue {
  /**
   * Adds a task behind those that wait; holds its project until it has ended.
   * @throws `project/busy` when another process writes the project
   */
  add<Name extends JobName>(plan: TaskPlan<Name>): Promise<Task>
  list(): Task[]
  /** Ends a task: one that waits at once, one that runs as soon as its job can. */
  cancel(id: string): void
  /** Lets training end well after the present epoch. */
  finish(id: string): void
  /** Ends all tasks, keeping checkpoints, and waits until they have ended. */
  close(): Promise<void>
}

const keptEndedTasks = 100

interface Entry {
  readonly record: TaskRecord
  start(): RunningTask
  /** Ends a task that has not begun. */
  drop(): Promise<void>
  release(): Promise<void>
  running: RunningTask | null
  readonly left: Promise<void>
  markLeft(): void
}

function isOver({ state }: Task): boolean {
  return state !== 'queued' && state !== 'running'
}

/**
 * Heavy tasks, each in a worker of its own.
 * @param atOnce how many run at the same time; the others wait in the order in which they were added
 */
export function createTaskQueue(forkWorker: ForkWorker, listener: TaskListener, atOnce = 1): TaskQueue {
  const entries = new Map<string, Entry>()
  const waiting: Entry[] = []
  let active = 0

  const leave = async (entry: Entry) => {
    try {
      await entry.release()
    } finally {
      entry.markLeft()
      const over = [...entries.values()].filter((other) => isOver(other.record.task))
      for (const old of over.slice(0, -keptEndedTasks)) entries.delete(old.record.task.id)
    }
  }
  const next = async () => {
    while (active < atOnce) {
      const entry = waiting.shift()
      if (!entry) return
      active += 1
      entry.running = entry.start()
      await entry.running.ended
      await leave(entry)
      active -= 1
    }
  }
  const cancel = (entry: Entry) => {
    const place = waiting.indexOf(entry)
    if (place < 0) {
      entry.running?.stop('cancel')
      return
    }
    waiting.splice(place, 1)
    void entry.drop().then(() => leave(entry))
  }

  return {
    add: async (plan) => {
      const release = await lockProject(plan.directory)
      const record = createTaskRecord(plan, listener.changed)
      let markLeft = () => {}
      const left = new Promise<void>((resolve) => (markLeft = resolve))
      const entry: Entry = {
        record,
        start: () => runTask(plan, record, forkWorker, listener),
        drop: () => abandonTask(plan, record, { state: 'cancelled' }),
        release,
        running: null,
        left,
        markLeft,
      }
      entries.set(record.task.id, entry)
      waiting.push(entry)
      listener.changed(record.task)
      void next()
      return record.task
    },
    list: () => [...entries.values()].map((entry) => entry.record.task),
    cancel: (id) => {
      const entry = entries.get(id)
      if (entry) cancel(entry)
    },
    finish: (id) => entries.get(id)?.running?.stop('finish'),
    close: async () => {
      const all = [...entries.values()]
      for (const entry of all) if (!isOver(entry.record.task)) cancel(entry)
      // Also of those that are over: they hold their project until they have left.
      await Promise.all(all.map((entry) => entry.left))
    },
  }
}
