import type { CountMatrix } from './countMatrix'

/** When a guide counts as present in a cell. */
export interface GuideCallingRule {
  /** Fewest UMIs of the guide in the cell. */
  readonly minimumUmis: number
  /** Smallest share of the cell's guide UMIs, between 0 and 1. */
  readonly minimumShare: number
}

/**
 * Calls the guides of each cell from guide UMIs: a guide is present when it has at least the minimum number of UMIs
 * and at least the minimum share of the cell's guide UMIs.
 * @param guideUmis cells × guides
 * @returns for each cell the indices of its guides, most UMIs first
 */
export function callGuides(guideUmis: CountMatrix, rule: GuideCallingRule): number[][] {
  const { rowStarts, geneIndices, counts } = guideUmis
  return Array.from({ length: guideUmis.cells }, (_, cell) => {
    const [start, end] = [rowStarts[cell], rowStarts[cell + 1]]
    let total = 0
    for (let i = start; i < end; i++) total += counts[i]
    const called: number[] = []
    for (let i = start; i < end; i++) {
      if (counts[i] >= rule.minimumUmis && counts[i] >= rule.minimumShare * total) called.push(i)
    }
    called.sort((a, b) => counts[b] - counts[a] || a - b)
    return called.map((i) => geneIndices[i])
  })
}
