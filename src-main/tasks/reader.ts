import type { JobInput, JobName, JobOutput } from './jobContract'
import { startWorker, type JobListener, type WorkerClient } from './workerClient'
import type { ForkWorker } from './workerHandle'

/** Answers quick questions about screens and results. */
export interface Reader {
  /** Rejects with the job's problem, or `worker/died`. */
  ask<Name extends JobName>(
    name: Name,
    input: JobInput<Name>,
    listener?: JobListener,
  ): Promise<JobOutput<Name>>
  close(): void
}

/**
 * One long-lived worker that keeps what it has opened in memory. Started with the first question, and again with the
 * next one after it died.
 */
export function createReader(forkWorker: ForkWorker): Reader {
  let worker: WorkerClient | null = null
  return {
    ask: (name, input, listener) => {
      if (!worker?.alive) worker = startWorker(forkWorker)
      return worker.run(name, input, listener).output
    },
    close: () => {
      worker?.kill()
      worker = null
    },
  }
}
