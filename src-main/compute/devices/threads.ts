import { median } from '../../numerics/statistics'
import type { LongWork } from '../../screen/longWork'
import type { Executor } from '../executor'
import { stepTimes, type StepWork } from './measure'

/** Time of a step with so many threads. */
export interface ThreadTiming {
  readonly threads: number
  readonly msPerStep: number
}

/** For all numbers of threads together. */
const measuringMs = 1000
/** More threads are taken where they save more than this share of a step. */
const worthwhile = 0.05

/** The numbers of threads that are tried: 1, 2, 4, … and all cores. */
export function threadCounts(cores: number): number[] {
  const counts: number[] = []
  for (let count = 1; count < cores; count *= 2) counts.push(count)
  return [...counts, cores]
}

/** The fewest threads that are about as fast as the fastest. */
export function fewestOfFastest(timings: readonly ThreadTiming[]): number {
  const best = Math.min(...timings.map(({ msPerStep: ms }) => ms))
  const fast = timings.filter(({ msPerStep: ms }) => ms * (1 - worthwhile) <= best)
  return Math.min(...fast.map(({ threads }) => threads))
}

/**
 * Times steps of a run with 1, 2, 4, … threads up to all cores, on sessions of their own, and takes the number that is
 * fastest on the machine as busy as it is now. About a second. A number of threads that fails is left out.
 * @param start the processor with so many threads
 * @throws what one thread throws; the signal's reason when cancelled
 */
export async function chooseThreads(
  start: (threads: number) => Promise<Executor>,
  step: StepWork,
  cores: number,
  { signal, onProgress }: LongWork = {},
): Promise<{ threads: number; timings: ThreadTiming[] }> {
  const counts = threadCounts(cores)
  const timings: ThreadTiming[] = []
  for (const threads of counts) {
    onProgress?.(null, `Timing a few steps with ${threads === 1 ? 'one thread' : `${threads} threads`}`)
    try {
      const times = await stepTimes(await start(threads), step, {
        budgetMs: measuringMs / counts.length,
        signal,
      })
      // Not the calm ones: what else the machine does is what decides.
      timings.push({ threads, msPerStep: median(times) })
    } catch (error) {
      signal?.throwIfAborted()
      if (threads === 1) throw error
    }
  }
  return { threads: fewestOfFastest(timings), timings }
}
