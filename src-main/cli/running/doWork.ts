import { asProblem, type Problem } from '@contract/errors'
import { Interrupted, type Session } from '../session'
import type { Terminal } from '../terminal'
import { followWork, type Amount } from './followWork'

/** One of many pieces of work, most of which is training and judging one run. */
export interface Work {
  /** Its own among all. */
  readonly name: string
  readonly amount: Amount
  /**
   * @param session says nothing by itself
   * @param began is told of the run that the work is about
   * @returns what came of it, in a line
   */
  run(session: Session, began: (directory: string, run: string) => void): Promise<string>
}

/** Work that failed, with the reason. */
export interface Failure {
  readonly run: string
  readonly problem: Problem
}

/** What shows all work on one line has no room for what each part would say. */
const silent: Terminal = {
  print: () => undefined,
  report: () => undefined,
  status: () => undefined,
  clearStatus: () => undefined,
}

/** The same session for a part of the work. */
export function silenced(session: Session): Session {
  return { ...session, terminal: silent }
}

/**
 * Does work, several pieces at a time, and shows on one line how far all of it is. What fails leaves the rest to go on;
 * Ctrl-C ends what runs and starts nothing more.
 * @param phases each is done before the next begins
 * @param doneBefore how many pieces were done by earlier calls
 */
export async function doWork(
  session: Session,
  title: string,
  phases: readonly (readonly Work[])[],
  { parallel, doneBefore = 0 }: { readonly parallel: number; readonly doneBefore?: number },
): Promise<Failure[]> {
  const failures: Failure[] = []
  const quiet = silenced(session)
  const progress = followWork(session, title, phases.flat(), doneBefore)
  const attempt = async (work: Work) => {
    const { name } = work
    try {
      progress.ended(name, await work.run(quiet, (directory, id) => progress.began(name, directory, id)))
    } catch (error) {
      if (error instanceof Interrupted) return
      const problem = asProblem(error)
      failures.push({ run: name, problem })
      progress.ended(name, `${name} failed: ${problem.message}`)
    }
  }
  try {
    for (const phase of phases) {
      const waiting = [...phase]
      const lane = async () => {
        for (;;) {
          const work = waiting.shift()
          if (!work || session.interruption.aborted) return
          await attempt(work)
        }
      }
      await Promise.all(Array.from({ length: parallel }, lane))
    }
  } finally {
    progress.close()
  }
  return failures
}
