/**
 * Area under the curve of precision over recall, as the sum over distinct scores, from the highest, of the precision
 * there times the gain in recall (average precision, without interpolation). Guessing gives the share of positives.
 * @param isPositive 1 for positives, as many as scores
 * @param scores higher for what is taken to be positive; equal scores enter together
 * @returns null without positives
 */
export function averagePrecision(isPositive: ArrayLike<number>, scores: Float64Array): number | null {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a])
  let [taken, found, sum] = [0, 0, 0]
  while (taken < order.length) {
    const score = scores[order[taken]]
    let gained = 0
    for (; taken < order.length && scores[order[taken]] === score; taken++) {
      gained += isPositive[order[taken]]
    }
    found += gained
    sum += (gained * found) / taken
  }
  return found === 0 ? null : sum / found
}
