import type { Problem } from '@contract/errors'
import type { Face } from '../handlers/application'
import type { Session } from './session'

/** What a command gives back. */
export interface Outcome {
  /** For `--json`. */
  readonly value: unknown
  /** For people, on standard output. */
  readonly lines: readonly string[]
  /** A part of the work that failed, where there is something to show all the same. */
  readonly problem?: Problem
}

/** How a command's application is built. */
export interface PerformOptions {
  readonly face?: Face
  /** Heavy tasks that run at the same time. */
  readonly tasksAtOnce?: number
}

/**
 * Runs a command's work and shows its outcome or its problem. Provided by the entry; never rejects.
 * Work that has already shown what it had to gives null.
 */
export type Perform = (
  json: boolean,
  work: (session: Session) => Promise<Outcome | null>,
  options?: PerformOptions,
) => Promise<void>
