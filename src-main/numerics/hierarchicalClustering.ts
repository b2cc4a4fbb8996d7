/** Squared differences summed over columns, then the root: distances between all rows of a matrix, rows × rows. */
export function euclideanDistances(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const distances = new Float64Array(rows * rows)
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      let sum = 0
      for (let column = 0; column < columns; column++) {
        sum += (values[a * columns + column] - values[b * columns + column]) ** 2
      }
      distances[a * rows + b] = distances[b * rows + a] = Math.sqrt(sum)
    }
  }
  return distances
}

/** Joins two runs of leaves so that the two that meet are as close as flips allow. */
function join(left: number[], right: number[], distance: (a: number, b: number) => number): number[] {
  const [leftFirst, leftLast] = [left[0], left[left.length - 1]]
  const [rightFirst, rightLast] = [right[0], right[right.length - 1]]
  const flips = [
    { gap: distance(leftLast, rightFirst), flipLeft: false, flipRight: false },
    { gap: distance(leftLast, rightLast), flipLeft: false, flipRight: true },
    { gap: distance(leftFirst, rightFirst), flipLeft: true, flipRight: false },
    { gap: distance(leftFirst, rightLast), flipLeft: true, flipRight: true },
  ]
  const best = flips.reduce((closest, flip) => (flip.gap < closest.gap ? flip : closest))
  return [...(best.flipLeft ? left.toReversed() : left), ...(best.flipRight ? right.toReversed() : right)]
}

/**
 * Order of the leaves of an average-linkage tree (UPGMA, by nearest-neighbour chains), each merge flipped so that
 * similar leaves meet. Takes time and memory in the square of the number of leaves.
 * @param distances symmetric, leaves × leaves
 */
export function clusteredOrder(distances: Float64Array, leaves: number): number[] {
  if (leaves === 0) return []
  const between = distances.slice()
  const runs = new Map<number, number[]>(Array.from({ length: leaves }, (_, leaf) => [leaf, [leaf]]))
  const distance = (a: number, b: number): number => distances[a * leaves + b]
  const chain: number[] = []
  while (runs.size > 1) {
    if (chain.length === 0) chain.push(Math.min(...runs.keys()))
    const tip = chain[chain.length - 1]
    const before = chain.at(-2)
    let nearest = before ?? -1
    for (const other of runs.keys()) {
      if (other === tip) continue
      // Ties go to the previous cluster of the chain, or the chain would run in circles.
      if (nearest < 0 || between[tip * leaves + other] < between[tip * leaves + nearest]) nearest = other
    }
    if (nearest !== before) {
      chain.push(nearest)
      continue
    }
    chain.length -= 2
    merge(nearest, tip)
  }
  return [...runs.values()][0]

  /** Clusters keep the number of one of their leaves; the merged one is `kept`. */
  function merge(kept: number, gone: number): void {
    const [left, right] = [runs.get(kept) ?? [], runs.get(gone) ?? []]
    const share = left.length / (left.length + right.length)
    for (const other of runs.keys()) {
      if (other === kept || other === gone) continue
      const average = share * between[kept * leaves + other] + (1 - share) * between[gone * leaves + other]
      between[kept * leaves + other] = between[other * leaves + kept] = average
    }
    runs.delete(gone)
    runs.set(kept, join(left, right, distance))
  }
}
