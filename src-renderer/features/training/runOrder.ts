import type { Run } from '@contract/run'

/** Whether a run is being trained or waits for it. */
export function isInTraining({ state }: Pick<Run, 'state'>): boolean {
  return state === 'running' || state === 'queued'
}

/** The queue first, in the order in which it is worked off; then the others, newest first. */
export function inReadingOrder(runs: readonly Run[]): Run[] {
  const inTime = [...runs].sort((one, other) => one.createdAt.localeCompare(other.createdAt))
  const running = inTime.filter(({ state }) => state === 'running')
  const queued = inTime.filter(({ state }) => state === 'queued')
  const others = inTime.filter((run) => !isInTraining(run)).reverse()
  return [...running, ...queued, ...others]
}
