import type { JobContext } from './job'

/** Progress of a part of a job, as a part of the whole. */
export function shareOf(
  context: JobContext,
  from: number,
  to: number,
): { onProgress: (fraction: number | null, message: string) => void } {
  return {
    onProgress: (fraction, message) => {
      context.progress(fraction === null ? null : from + (to - from) * fraction, message)
    },
  }
}
