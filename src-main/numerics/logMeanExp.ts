/** Logarithm of a mean of weights, and how far it can be trusted. */
export interface LogMean {
  readonly logMean: number
  /** Of `logMean`, by the delta method from the spread of the weights; NaN with one weight. */
  readonly standardError: number
  /** (Σ w)² / Σ w²: how many equal weights would say as much (Kish). */
  readonly effectiveSampleSize: number
}

/** log((1/n) Σ exp(v)) of values that come a few at a time, without overflow and without keeping them. */
export class LogMeanExp {
  private count = 0
  private largest = -Infinity
  /** Σ exp(v - largest) and Σ exp(2 (v - largest)). */
  private sum = 0
  private squares = 0

  add(values: Iterable<number>): void {
    for (const value of values) {
      this.count += 1
      if (value > this.largest) {
        const shrink = Math.exp(this.largest - value)
        this.sum = this.sum * shrink + 1
        this.squares = this.squares * shrink * shrink + 1
        this.largest = value
      } else {
        // A value of -Infinity is a weight of zero, also where no other has been seen.
        const weight = value === -Infinity ? 0 : Math.exp(value - this.largest)
        this.sum += weight
        this.squares += weight * weight
      }
    }
  }

  /** NaN throughout once a value was not a number. */
  result(): LogMean {
    const { count, sum, squares } = this
    const effectiveSampleSize = (sum * sum) / squares
    // Relative variance of the mean: (mean of squares / square of mean - 1) / (n - 1).
    const relativeVariance = (count / effectiveSampleSize - 1) / (count - 1)
    return {
      logMean: this.largest + Math.log(sum / count),
      standardError: Math.sqrt(Math.max(0, relativeVariance)),
      effectiveSampleSize,
    }
  }
}
