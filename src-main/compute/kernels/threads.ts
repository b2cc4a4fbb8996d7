/**
 * Meeting points of threads. A point is four 32-bit words: how many have arrived, which meeting it is, how many
 * sleep, and whether a thread has failed.
 */

/** Checks before a thread goes to sleep: some tens of microseconds. */
const patience: i32 = 20000
/** A sleeper looks every second whether another thread has failed. */
const oneSecond: i64 = 1000000000

/** Waits until the word is no longer `old`, spinning at first. Traps when another thread has failed. */
function waitForChange(point: usize, old: i32): void {
  for (let i = 0; i < patience; i++) {
    if (atomic.load<i32>(point, 4) != old) return
  }
  atomic.add<i32>(point, 1, 8)
  while (atomic.load<i32>(point, 4) == old) {
    atomic.wait<i32>(point + 4, old, oneSecond)
    if (atomic.load<i32>(point, 12) != 0) unreachable()
  }
  atomic.sub<i32>(point, 1, 8)
}

/** Opens the next meeting and wakes whoever sleeps. */
function advance(point: usize): void {
  atomic.add<i32>(point, 1, 4)
  if (atomic.load<i32>(point, 8) > 0) atomic.notify(point + 4, -1)
}

/** Returns when so many threads have called it. */
export function meet(point: usize, threads: i32): void {
  const meeting = atomic.load<i32>(point, 4)
  if (atomic.add<i32>(point, 1) == threads - 1) {
    atomic.store<i32>(point, 0)
    advance(point)
  } else {
    waitForChange(point, meeting)
  }
}

/** Announces a job to the threads in `awaitJob`. */
export function announceJob(point: usize): void {
  advance(point)
}

/** Waits for a job after the one with number `last`; its number. */
export function awaitJob(point: usize, last: i32): i32 {
  waitForChange(point, last)
  return atomic.load<i32>(point, 4)
}
