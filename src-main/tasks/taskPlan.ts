import type { Problem } from '@contract/errors'
import type { EpochRecord } from '@contract/run'
import type { Task, TaskKind } from '@contract/task'
import type { JobInput, JobName, JobOutput } from './jobContract'

/** How a task ended other than well. */
export type Abandoned =
  { readonly state: 'cancelled' } | { readonly state: 'failed' | 'interrupted'; readonly problem: Problem }

/** A heavy task: the job that does it and what main does around it. */
export interface TaskPlan<Name extends JobName> {
  readonly kind: TaskKind
  readonly title: string
  readonly directory: string
  readonly run: string | null
  readonly job: Name
  readonly input: JobInput<Name>
  /** Time a cancelled job has to stop by itself before its process is ended, milliseconds. */
  readonly stopWithinMs: number
  /** Records what the job gave; the task is done when this is. */
  commit(output: JobOutput<Name>): Promise<void>
  /** Records that the job did not end well, and cleans up after it. */
  abandon(how: Abandoned): Promise<void>
}

export interface TaskListener {
  /** A task moved on; at most ten times a second for each while it runs. */
  readonly changed: (task: Task) => void
  readonly epoch: (directory: string, run: string, epoch: EpochRecord) => void
  readonly notice: (directory: string, run: string, message: string) => void
}
