import type { EpochRecord } from '@contract/run'
import type { JobInput, JobName, JobOutput } from './jobContract'

/** What a job may tell main while it runs, and how it hears that it should stop. */
export interface JobContext {
  /** `fraction` of the whole job between 0 and 1, null while unknown. */
  readonly progress: (fraction: number | null, message: string) => void
  readonly log: (line: string) => void
  readonly epoch: (record: EpochRecord) => void
  /** Something about the run that the person should know. */
  readonly notice: (message: string) => void
  /** Aborted when the job should stop soon. */
  readonly signal: AbortSignal
  /** Aborted when training should end well after the present epoch. */
  readonly finishSignal: AbortSignal
}

export type Job<Name extends JobName> = (
  input: JobInput<Name>,
  context: JobContext,
) => Promise<JobOutput<Name>>

export type JobTable = { readonly [Name in JobName]: Job<Name> }
