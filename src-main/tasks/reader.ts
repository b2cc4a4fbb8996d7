import type { JobInput, JobName, JobOutput } from './jobContract'
import { JobStopped, startWorker, type JobListener, type WorkerClient } from './workerClient'
import type { ForkWorker } from './workerHandle'

export interface QuestionOptions extends JobListener {
  /** Ends the question: it rejects with `JobStopped`. */
  readonly signal?: AbortSignal
  /** It times something: it waits for others that do, so that they do not time each other. */
  readonly alone?: boolean
}

/** Answers quick questions about screens and results. */
export interface Reader {
  /** Rejects with the job's problem, `JobStopped` or `worker/died`. */
  ask<Name extends JobName>(
    name: Name,
    input: JobInput<Name>,
    options?: QuestionOptions,
  ): Promise<JobOutput<Name>>
  close(): void
}

/** Rejects once the signal is aborted. */
function stopOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new JobStopped())
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

/**
 * One long-lived worker that keeps what it has opened in memory. Started with the first question, and again with the
 * next one after it died.
 */
export function createReader(forkWorker: ForkWorker): Reader {
  let worker: WorkerClient | null = null
  /** Settles when all questions so far that have to be alone have ended. */
  let othersAlone: Promise<unknown> = Promise.resolve()

  const start = async <Name extends JobName>(
    name: Name,
    input: JobInput<Name>,
    { signal, ...listener }: QuestionOptions,
  ): Promise<JobOutput<Name>> => {
    if (signal?.aborted) throw new JobStopped()
    if (!worker?.alive) worker = startWorker(forkWorker)
    const job = worker.run(name, input, listener)
    const cancel = () => job.stop('cancel')
    signal?.addEventListener('abort', cancel)
    return job.output.finally(() => signal?.removeEventListener('abort', cancel))
  }

  return {
    ask: (name, input, options = {}) => {
      let answer
      if (options.alone) {
        answer = othersAlone.then(() => start(name, input, options))
        othersAlone = answer.catch(() => undefined)
      } else {
        answer = start(name, input, options)
      }
      return options.signal ? Promise.race([answer, stopOf(options.signal)]) : answer
    },
    close: () => {
      worker?.kill()
      worker = null
    },
  }
}
