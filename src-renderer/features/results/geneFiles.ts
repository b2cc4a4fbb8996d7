import type { LatentGene, LatentGenes } from '@contract/results'

/** Symbols, one a line: what most web tools take. */
export function symbolList(genes: readonly LatentGene[]): string {
  return genes.map(({ symbol }) => `${symbol}\n`).join('')
}

/** Genes with their scores from highest to lowest, tab-separated: GSEA's ranked list. */
export function rankedList({ up, down }: LatentGenes): string {
  return [...up, ...down]
    .sort((one, other) => other.score - one.score)
    .map(({ symbol, score }) => `${symbol}\t${score}\n`)
    .join('')
}
