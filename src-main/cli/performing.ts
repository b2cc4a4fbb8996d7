import { asProblem, type Problem } from '@contract/errors'
import { createApplication, type Application } from '../handlers/application'
import type { ForkWorker } from '../tasks/workerHandle'
import type { Perform } from './command'
import { Interrupted, type Session } from './session'
import { createTerminal } from './terminal'

/** Exit codes of the command line. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, interrupted: 130 } as const

export interface Surroundings {
  readonly forkWorker: ForkWorker
  readonly settingsDirectory: string
  readonly resourcesDirectory: string
  readonly rendererDirectory: string
  readonly version: string
}

/** A problem as a person reads it. */
export function problemLines(problem: Problem): string[] {
  return [
    `Error: ${problem.message}`,
    ...(problem.where ? [`  Where: ${problem.where}`] : []),
    `  What to do: ${problem.hint}`,
    ...(problem.code === 'internal/unexpected' && problem.details ? [`  Details: ${problem.details}`] : []),
  ]
}

/** The document of `--json` on failure. */
export function failureDocument(problem: Problem): string {
  return JSON.stringify({ ok: false, problem }, null, 2)
}

/** Flags that contradict each other are wrong usage, as an unknown flag is. */
function exitCodeOf({ code }: Problem): number {
  return code.startsWith('usage/') ? exitCodes.wrongUsage : exitCodes.failed
}

/** Signals closer together than this are one: the settings' library sends each that it hears a second time. */
const sameSignalMs = 500

/** The first Ctrl-C asks the work to stop; the second ends the process as it is. */
function hearInterruptions(): { signal: AbortSignal; close(): void } {
  const controller = new AbortController()
  let first = 0
  const hear = () => {
    if (!controller.signal.aborted) {
      first = performance.now()
      controller.abort()
    } else if (performance.now() - first > sameSignalMs) {
      process.exit(exitCodes.interrupted)
    }
  }
  process.on('SIGINT', hear)
  process.on('SIGTERM', hear)
  return {
    signal: controller.signal,
    close: () => {
      process.off('SIGINT', hear)
      process.off('SIGTERM', hear)
    },
  }
}

/** Builds the application for one command, runs the command, shows what came of it and sets the exit code. */
export function performWith(surroundings: Surroundings): Perform {
  return async (json, work, { face = 'cli', tasksAtOnce } = {}) => {
    const terminal = createTerminal(process.stdout, process.stderr, json)
    const interruptions = hearInterruptions()
    let application: Application | null = null
    try {
      application = createApplication({ face, tasksAtOnce, dialogs: null, ...surroundings })
      const session: Session = {
        application,
        terminal,
        resourcesDirectory: surroundings.resourcesDirectory,
        rendererDirectory: surroundings.rendererDirectory,
        interruption: interruptions.signal,
      }
      const outcome = await work(session)
      if (!outcome) return
      const { value, lines, problem } = outcome
      if (json)
        terminal.print(JSON.stringify(problem ? { ok: false, problem, value } : { ok: true, value }, null, 2))
      else for (const line of lines) terminal.print(line)
      if (problem) process.exitCode = exitCodes.failed
    } catch (error) {
      const interrupted = error instanceof Interrupted
      const problem = interrupted ? error.problem : asProblem(error)
      if (json) terminal.print(failureDocument(problem))
      else if (interrupted) terminal.report(`Interrupted. ${problem.hint}`)
      else for (const line of problemLines(problem)) terminal.report(line)
      process.exitCode = interrupted ? exitCodes.interrupted : exitCodeOf(problem)
    } finally {
      await application?.close()
      interruptions.close()
    }
  }
}
