import type { KernelName } from './kernels'

/** How the work on a buffer is shared out: threads with the same split own the same parts of it. */
export interface Split {
  readonly key: string
  /** Things to share out. */
  readonly count: number
  /** Parts are multiples of this, but for the last. */
  readonly unit: number
}

/** The part of a thread. */
export function partOf(split: Split, thread: number, threads: number): { begin: number; end: number } {
  const units = Math.ceil(split.count / split.unit)
  const bound = (of: number): number => Math.min(split.count, Math.floor((units * of) / threads) * split.unit)
  return { begin: bound(thread), end: thread === threads - 1 ? split.count : bound(thread + 1) }
}

/** A thread reads or writes its own part of a buffer, or (null) any of it. */
export interface Access {
  readonly buffer: string
  readonly split: Split | null
}

/** A kernel on all threads. */
export interface Task {
  readonly kernel: KernelName
  readonly split: Split
  /** Arguments for a part. */
  readonly numbers: (begin: number, end: number, thread: number) => readonly number[]
  readonly reads: readonly Access[]
  readonly writes: readonly Access[]
}

/** What one thread does: kernels with their arguments; null where it waits for all others. */
export type Program = readonly ({ readonly kernel: KernelName; readonly numbers: readonly number[] } | null)[]

interface Pending extends Access {
  readonly writes: boolean
}

function conflicts(earlier: Pending, later: Pending): boolean {
  if (earlier.buffer !== later.buffer || (!earlier.writes && !later.writes)) return false
  return !earlier.split || !later.split || earlier.split.key !== later.split.key
}

/**
 * Programs of all threads. They wait for each other only where a task touches what another thread may have written,
 * or writes what another may still be reading.
 */
export function schedule(tasks: readonly Task[], threads: number): Program[] {
  const programs: ({ kernel: KernelName; numbers: readonly number[] } | null)[][] = Array.from(
    { length: threads },
    () => [],
  )
  let pending: Pending[] = []
  for (const task of tasks) {
    const accesses: Pending[] = [
      ...task.reads.map((access) => ({ ...access, writes: false })),
      ...task.writes.map((access) => ({ ...access, writes: true })),
    ]
    if (threads > 1 && pending.some((earlier) => accesses.some((later) => conflicts(earlier, later)))) {
      for (const program of programs) program.push(null)
      pending = []
    }
    pending.push(...accesses)
    programs.forEach((program, thread) => {
      const { begin, end } = partOf(task.split, thread, threads)
      // Also where the part is empty: some kernels have sums of their own to clear.
      program.push({ kernel: task.kernel, numbers: task.numbers(begin, end, thread) })
    })
  }
  return programs
}
