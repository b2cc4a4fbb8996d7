import { asProblem, ShiftscopeError } from '@contract/errors'
import type { JobContext, JobTable } from './job'
import { isJobName, jobSchemas, type JobName, type JobOutput } from './jobContract'
import { toWorkerSchema, type FromWorker } from './protocol'
import type { WorkerPort } from './workerPort'

interface RunningJob {
  readonly cancel: AbortController
  readonly finish: AbortController
}

/** A job with its input checked; the name ties the two together. */
function jobNamed<Name extends JobName>(
  table: JobTable,
  name: Name,
): (input: unknown, context: JobContext) => Promise<JobOutput<Name>> {
  return (input, context) => table[name](jobSchemas[name].input.parse(input), context)
}

/** Answers main's messages: runs jobs, several at a time, and reports on them. Problems travel as data. */
export function serveJobs(port: WorkerPort, table: JobTable): void {
  const running = new Map<number, RunningJob>()
  const say = (message: FromWorker) => port.send(message)

  const start = async (id: number, job: string, input: unknown) => {
    const controllers = { cancel: new AbortController(), finish: new AbortController() }
    running.set(id, controllers)
    const context: JobContext = {
      progress: (fraction, message) => say({ say: 'progress', id, fraction, message }),
      log: (line) => say({ say: 'log', id, line }),
      epoch: (epoch) => say({ say: 'epoch', id, epoch }),
      notice: (message) => say({ say: 'notice', id, message }),
      signal: controllers.cancel.signal,
      finishSignal: controllers.finish.signal,
    }
    try {
      if (!isJobName(job)) throw new Error(`There is no job "${job}".`)
      const output = await jobNamed(table, job)(input, context)
      say({ say: 'done', id, output })
    } catch (error) {
      // A job that was asked to stop ends with an abort; one that fails while it stops has a problem to tell.
      const stopped = controllers.cancel.signal.aborted && !(error instanceof ShiftscopeError)
      say(stopped ? { say: 'stopped', id } : { say: 'failed', id, problem: asProblem(error) })
    } finally {
      running.delete(id)
    }
  }

  port.onMessage((received) => {
    const message = toWorkerSchema.parse(received)
    if (message.say === 'run') {
      void start(message.id, message.job, message.input)
    } else {
      const job = running.get(message.id)
      if (message.how === 'cancel') job?.cancel.abort()
      else job?.finish.abort()
    }
  })
}
