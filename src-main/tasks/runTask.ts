import { asProblem } from '@contract/errors'
import type { JobName } from './jobContract'
import type { Abandoned, TaskListener, TaskPlan } from './taskPlan'
import type { TaskRecord } from './taskRecord'
import { JobStopped, startWorker, WorkerDied } from './workerClient'
import type { ForkWorker } from './workerHandle'

/** A task whose job is under way. */
export interface RunningTask {
  /** `cancel` ends the job soon, by force when it takes too long; `finish` lets training end well. */
  stop(how: 'cancel' | 'finish'): void
  /** Settles when the end has been recorded; never rejects. */
  readonly ended: Promise<void>
}

/** Records that a task did not end well. */
export async function abandonTask<Name extends JobName>(
  plan: TaskPlan<Name>,
  record: TaskRecord,
  how: Abandoned,
): Promise<void> {
  let problem = how.state === 'cancelled' ? null : how.problem
  try {
    await plan.abandon(how)
  } catch (error) {
    problem ??= asProblem(error)
  }
  record.change({
    state: how.state,
    message: problem?.message ?? 'Stopped',
    problem,
    secondsLeft: null,
    finishedAt: new Date().toISOString(),
  })
}

/** Runs a task's job in a worker of its own. A worker that dies takes nothing with it: the task is interrupted. */
export function runTask<Name extends JobName>(
  plan: TaskPlan<Name>,
  record: TaskRecord,
  forkWorker: ForkWorker,
  { epoch, notice }: Pick<TaskListener, 'epoch' | 'notice'>,
): RunningTask {
  record.change({ state: 'running', message: 'Starting', startedAt: new Date().toISOString() })
  const worker = startWorker(forkWorker)
  const job = worker.run(plan.job, plan.input, {
    progress: record.progress,
    log: record.log,
    epoch: (line) => {
      if (plan.run !== null) epoch(plan.directory, plan.run, line)
    },
    notice: (message) => {
      record.log(message)
      if (plan.run !== null) notice(plan.directory, plan.run, message)
    },
  })
  const cancelling = new AbortController()
  let killing: NodeJS.Timeout | undefined

  const howItEnded = (error: unknown): Abandoned => {
    const asked = cancelling.signal.aborted
    if (error instanceof JobStopped || (asked && error instanceof WorkerDied)) return { state: 'cancelled' }
    return { state: error instanceof WorkerDied ? 'interrupted' : 'failed', problem: asProblem(error) }
  }
  const settle = async () => {
    try {
      await plan.commit(await job.output)
      const finishedAt = new Date().toISOString()
      record.change({ state: 'done', message: 'Done', fraction: 1, secondsLeft: null, finishedAt })
    } catch (error) {
      await abandonTask(plan, record, howItEnded(error))
    } finally {
      clearTimeout(killing)
      worker.kill()
    }
  }
  return {
    stop: (how) => {
      job.stop(how)
      if (how === 'finish' || cancelling.signal.aborted) return
      cancelling.abort()
      record.change({ message: 'Stopping' })
      killing = setTimeout(() => worker.kill(), plan.stopWithinMs)
    },
    ended: settle(),
  }
}
