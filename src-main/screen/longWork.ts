/** What a computation of more than a second takes, so that it can be watched and cancelled. */
export interface LongWork {
  /** Called now and then; null where the fraction done cannot be known. */
  readonly onProgress?: (fraction: number | null, message: string) => void
  /** Ends the computation with its reason. */
  readonly signal?: AbortSignal
}

/**
 * Lets waiting messages in (a cancellation among them) and then goes on.
 * @throws the signal's reason when the work was cancelled
 */
export async function breathe(work: LongWork): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  work.signal?.throwIfAborted()
}

/** Breathes so often and no more: between two breaths, taking one costs nothing. */
export class Breaths {
  private lastAt = performance.now()

  constructor(private readonly millisecondsBetween: number) {}

  async take(): Promise<void> {
    if (performance.now() - this.lastAt < this.millisecondsBetween) return
    await breathe({})
    this.lastAt = performance.now()
  }
}
