import { z } from 'zod'

/**
 * What a person is told when something cannot be done: what happened, where, and what to do next.
 * Crosses every border (worker to main, main to renderer, main to terminal) as plain data.
 */
export const problemSchema = z.object({
  /** Stable identifier, `subject/whatIsWrong`, for tests, scripts and the documentation. */
  code: z.string().regex(/^[a-z][a-zA-Z]*\/[a-z][a-zA-Z]*$/),
  /** One sentence for a biologist: what happened. */
  message: z.string().min(1),
  /** File, row, column or field in which it happened. */
  where: z.string().optional(),
  /** The next step: what to do about it. */
  hint: z.string().min(1),
  /** For the log and for bug reports: a stack, a system error, raw values. */
  details: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>

/** The one error class of the product. Anything else that is thrown is a defect and becomes `internal/unexpected`. */
export class ShiftscopeError extends Error {
  readonly code: string
  readonly where: string | undefined
  readonly hint: string
  readonly details: string | undefined

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options)
    this.name = 'ShiftscopeError'
    this.code = problem.code
    this.where = problem.where
    this.hint = problem.hint
    this.details = problem.details
  }

  toProblem(): Problem {
    return {
      code: this.code,
      message: this.message,
      where: this.where,
      hint: this.hint,
      details: this.details,
    }
  }
}

interface SystemError extends Error {
  code: string
  path?: string
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

const systemProblems: Partial<Record<string, { code: string; message: string; hint: string }>> = {
  ENOENT: {
    code: 'files/missing',
    message: 'The file or folder does not exist.',
    hint: 'Check the path for typing errors, or whether the file was moved.',
  },
  EACCES: {
    code: 'files/noPermission',
    message: 'The file or folder may not be read or written by this user.',
    hint: 'Change its permissions, or choose another place.',
  },
  EPERM: {
    code: 'files/noPermission',
    message: 'The file or folder may not be read or written by this user.',
    hint: 'Change its permissions, or choose another place.',
  },
  ENOSPC: {
    code: 'files/diskFull',
    message: 'The disk is full. Nothing half-written was kept.',
    hint: 'Free some space or choose another disk, then run the step again.',
  },
  EDQUOT: {
    code: 'files/diskFull',
    message: 'The disk quota of this user is used up. Nothing half-written was kept.',
    hint: 'Free some space or choose another disk, then run the step again.',
  },
  EROFS: {
    code: 'files/readOnlyDisk',
    message: 'The disk can only be read, not written.',
    hint: 'Choose a folder on another disk.',
  },
}

/** Turns whatever was thrown into what a person is told. The one place that does so. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ShiftscopeError) return error.toProblem()
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
  if (isSystemError(error)) {
    const known = systemProblems[error.code]
    if (known) return { ...known, where: error.path, details }
  }
  if (error instanceof z.ZodError) {
    const first = error.issues.at(0)
    return {
      code: 'internal/badInput',
      message: `A value is not valid: ${(first?.message ?? 'unknown reason').replace(/\.$/, '')}.`,
      where: first?.path.join('.'),
      hint: 'Correct the value named here and try again.',
      details,
    }
  }
  return {
    code: 'internal/unexpected',
    message: 'Something went wrong inside Shiftscope. This is a defect, not a mistake of yours.',
    hint: 'Try again; if it happens again, report it with the details.',
    details,
  }
}
