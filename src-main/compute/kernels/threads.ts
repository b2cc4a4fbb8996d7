/**
 * Meeting points of threads. A point is seven 32-bit words: how many have arrived, which meeting it is, how many sleep,
 * whether a thread has failed, for how many seconds at most a thread waits for the others (0: for ever), and how often a
 * thread looks before it sleeps, at most and at present.
 *
 * Falling asleep and being woken cost more than most waits on a quiet machine last, but who looks keeps others from a
 * busy one. So threads look for long where that was worth it lately, and less each time where it was not.
 */

/** Looks before a thread goes to sleep that are always made: about a microsecond. */
const fewestLooks: i32 = 4000
/** A sleeper looks every second whether another thread has failed. */
const oneSecond: i64 = 1000000000
/** What `atomic.wait` gives when the time was up. */
const timedOut: i32 = 2

/** Marks the point as failed and wakes whoever sleeps there; then traps. */
function fail(point: usize): void {
  atomic.store<i32>(point, 1, 12)
  atomic.notify(point + 4, -1)
  unreachable()
}

/**
 * Waits until the word is no longer `old`, spinning at first. Traps when another thread has failed, or does not come
 * in time. Only seconds in which this thread waited count: a machine that slept has not been waiting.
 */
function waitForChange(point: usize, old: i32): void {
  const looks = atomic.load<i32>(point, 24)
  for (let look = 0; look < looks; look++) {
    if (atomic.load<i32>(point, 4) == old) continue
    const most = atomic.load<i32>(point, 20)
    if (looks < most) atomic.store<i32>(point, min(most, looks + (most >> 5)), 24)
    return
  }
  atomic.store<i32>(point, max(fewestLooks, looks >> 1), 24)
  const longest = atomic.load<i32>(point, 16)
  let seconds: i32 = 0
  atomic.add<i32>(point, 1, 8)
  while (atomic.load<i32>(point, 4) == old) {
    if (atomic.load<i32>(point, 12) != 0) fail(point)
    if (atomic.wait<i32>(point + 4, old, oneSecond) == timedOut) seconds++
    if (longest > 0 && seconds >= longest) fail(point)
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
