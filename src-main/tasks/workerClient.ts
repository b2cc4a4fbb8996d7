import { ShiftscopeError } from '@contract/errors'
import type { EpochRecord } from '@contract/run'
import { jobSchemas, type JobInput, type JobName, type JobOutput } from './jobContract'
import { fromWorkerSchema, type FromWorker, type ToWorker } from './protocol'
import type { ForkWorker } from './workerHandle'

/** The job ended because it was asked to. */
export class JobStopped extends Error {}

/** The worker's process ended before its job did. */
export class WorkerDied extends ShiftscopeError {}

export interface JobListener {
  progress?(fraction: number | null, message: string): void
  log?(line: string): void
  epoch?(record: EpochRecord): void
  notice?(message: string): void
}

/** A job under way in a worker. */
export interface RunningJob<Output> {
  /** Rejects with the job's problem, `JobStopped` or `WorkerDied`. */
  readonly output: Promise<Output>
  stop(how: 'cancel' | 'finish'): void
}

export interface WorkerClient {
  run<Name extends JobName>(
    name: Name,
    input: JobInput<Name>,
    listener?: JobListener,
  ): RunningJob<JobOutput<Name>>
  readonly alive: boolean
  kill(): void
}

interface Pending {
  readonly listener: JobListener
  done(output: unknown): void
  failed(error: Error): void
}

function died(code: number | null, signal: string | null, lastErrors: string | undefined): WorkerDied {
  const how = signal ? `it was ended by ${signal}` : `it ended with code ${code ?? 'unknown'}`
  const outOfMemory = signal === 'SIGKILL' || /heap out of memory|allocation failed/i.test(lastErrors ?? '')
  return new WorkerDied({
    code: 'worker/died',
    message: `The process that did the work is gone: ${how}.`,
    hint: outOfMemory
      ? 'The machine may have run out of memory: close other programs or use a smaller screen, then run the step again.'
      : 'Run the step again; if it happens again, report it with the details.',
    details: lastErrors === '' ? undefined : lastErrors,
  })
}

/** Starts a worker and speaks the protocol with it. */
export function startWorker(forkWorker: ForkWorker): WorkerClient {
  const handle = forkWorker()
  const pending = new Map<number, Pending>()
  let alive = true
  let lastId = 0
  const send = (message: ToWorker) => handle.send(message)

  const settle = (id: number, act: (job: Pending) => void) => {
    const job = pending.get(id)
    pending.delete(id)
    if (job) act(job)
  }
  const hear = (message: FromWorker) => {
    const listener = pending.get(message.id)?.listener
    if (message.say === 'progress') listener?.progress?.(message.fraction, message.message)
    else if (message.say === 'log') listener?.log?.(message.line)
    else if (message.say === 'epoch') listener?.epoch?.(message.epoch)
    else if (message.say === 'notice') listener?.notice?.(message.message)
    else if (message.say === 'done') settle(message.id, (job) => job.done(message.output))
    else if (message.say === 'stopped') settle(message.id, (job) => job.failed(new JobStopped()))
    else settle(message.id, (job) => job.failed(new ShiftscopeError(message.problem)))
  }
  handle.onMessage((received) => {
    const message = fromWorkerSchema.safeParse(received)
    if (message.success) hear(message.data)
    // A worker that breaks the protocol is a defect: its jobs fail as if it had died.
    else handle.kill()
  })
  handle.onExit((code, signal, lastErrors) => {
    alive = false
    for (const id of [...pending.keys()]) settle(id, (job) => job.failed(died(code, signal, lastErrors)))
  })

  return {
    run: <Name extends JobName>(name: Name, input: JobInput<Name>, listener: JobListener = {}) => {
      const id = ++lastId
      const output = new Promise<JobOutput<Name>>((resolve, reject) => {
        pending.set(id, {
          listener,
          done: (value) => {
            const parsed = jobSchemas[name].output.safeParse(value)
            if (parsed.success) resolve(parsed.data)
            else reject(parsed.error)
          },
          failed: reject,
        })
      })
      send({ say: 'run', id, job: name, input })
      return { output, stop: (how) => send({ say: 'stop', id, how }) }
    },
    get alive() {
      return alive
    },
    kill: () => handle.kill(),
  }
}
