import type { JobTable } from './job'
import { serveJobs } from './serveJobs'
import type { ExitListener, ForkWorker } from './workerHandle'

/** Workers for tests that live in the test's own process. */
export interface PretendWorkers {
  readonly fork: ForkWorker
  /** Number of workers started so far. */
  readonly started: () => number
  /** Ends the worker started last, as a signal would. */
  readonly crash: () => void
}

/** @param table what the workers can do; messages are copied as between processes */
export function pretendWorkers(table: JobTable): PretendWorkers {
  let started = 0
  let crash = () => {}
  return {
    started: () => started,
    crash: () => crash(),
    fork: () => {
      started += 1
      let alive = true
      let exit: ExitListener | null = null
      let toMain: ((message: unknown) => void) | null = null
      let toWorker: ((message: unknown) => void) | null = null
      serveJobs(
        {
          send: (message) => {
            const copy: unknown = structuredClone(message)
            setImmediate(() => alive && toMain?.(copy))
          },
          onMessage: (listener) => (toWorker = listener),
        },
        table,
      )
      const end = (signal: string | null) => {
        if (!alive) return
        alive = false
        exit?.(null, signal, '')
      }
      crash = () => end('SIGSEGV')
      return {
        send: (message) => {
          const copy: unknown = structuredClone(message)
          setImmediate(() => alive && toWorker?.(copy))
        },
        onMessage: (listener) => (toMain = listener),
        onExit: (listener) => (exit = listener),
        kill: () => setImmediate(() => end('SIGKILL')),
      }
    },
  }
}
