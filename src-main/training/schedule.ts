/** Weight of the KL term in an epoch counted from 0: epoch / warmUp, at most 1. */
export function klWeightAt(epoch: number, warmUp: number): number {
  return epoch < warmUp ? epoch / warmUp : 1
}
