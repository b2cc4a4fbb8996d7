import { rankGenes, strongestGenes } from '../../screen/geneRanking'
import type { RunResults } from '../resultsFile'
import { numberText } from './numberText'

/** Genes in each direction of a latent's lists. */
export const listLength = 50

export type Direction = 'up' | 'down'
export const directions: readonly Direction[] = ['up', 'down']

/** Symbols of the genes that raise (`up`) or lower (`down`) a latent most, strongest first, at most 50. */
export function geneList(results: RunResults, latent: number, direction: Direction): string[] {
  const { geneScores, latents, screen } = results
  const genes = strongestGenes(geneScores, latents.length, latent, direction, listLength)
  return Array.from(genes, (gene) => screen.genes.symbols[gene])
}

/** `genes/<latent>_{up,down}.txt`: one symbol a line. */
export function geneListText(results: RunResults, latent: number, direction: Direction): string {
  return geneList(results, latent, direction)
    .map((symbol) => `${symbol}\n`)
    .join('')
}

/**
 * `genes.gmt`: the lists of all latents as gene sets named `z1_up`, `z1_down`, …; empty lists are left out, since GMT
 * cannot hold them.
 * @param labels name shown for each latent
 */
export function geneSetsGmt(results: RunResults, labels: readonly string[]): string {
  return results.latents
    .flatMap((name, latent) =>
      directions.map((direction) => ({
        name,
        latent,
        direction,
        genes: geneList(results, latent, direction),
      })),
    )
    .filter(({ genes }) => genes.length > 0)
    .map(({ name, latent, direction, genes }) => {
      const description = `${labels[latent].replace(/\s+/g, ' ')}, ${direction}`
      return `${[`${name}_${direction}`, description, ...genes].join('\t')}\n`
    })
    .join('')
}

/** `genes/<latent>.rnk`: every gene with its signed score, highest first, for pre-ranked enrichment. */
export function rankedGenes(results: RunResults, latent: number): string {
  const { geneScores, latents, screen } = results
  return Array.from(
    rankGenes(geneScores, latents.length, latent),
    (gene) => `${screen.genes.symbols[gene]}\t${numberText(geneScores[gene * latents.length + latent])}\n`,
  ).join('')
}
