interface Sample {
  readonly at: number
  readonly fraction: number
}

/** Speed is measured over this much of the recent past, so that it follows a job that slows down. */
const windowMs = 30_000
/** Before this much time has passed a job's speed is not known. */
const soonestMs = 1000

export interface TimeLeft {
  /** @param at milliseconds @returns seconds left, or null while that cannot be known */
  update(fraction: number | null, at: number): number | null
}

/** Estimates the time that a job still takes from how fast it went lately. */
export function createTimeLeft(): TimeLeft {
  let samples: Sample[] = []
  return {
    update: (fraction, at) => {
      if (fraction === null) {
        samples = []
        return null
      }
      samples.push({ at, fraction })
      while (samples.length > 2 && at - samples[1].at > windowMs) samples.shift()
      const elapsed = at - samples[0].at
      const advanced = fraction - samples[0].fraction
      if (elapsed < soonestMs || advanced <= 0) return null
      return ((1 - fraction) * elapsed) / advanced / 1000
    },
  }
}
