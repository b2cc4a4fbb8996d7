/** Weight of the KL term in an epoch counted from 0: epoch / warmUp, at most 1. */
export function klWeightAt(epoch: number, warmUp: number): number {
  return epoch < warmUp ? epoch / warmUp : 1
}

/**
 * Learning rate when a fraction of the steps is done: along half a cosine from the first to the final one, or the first
 * one throughout.
 */
export function learningRateAt(fraction: number, first: number, final: number | null): number {
  if (final === null) return first
  return final + (first - final) * 0.5 * (1 + Math.cos(Math.PI * fraction))
}
