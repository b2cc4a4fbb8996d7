import { rankGenes } from '../../screen/geneRanking'
import type { RunResults } from '../resultsFile'
import { csvLine } from './csv'
import { numberText } from './numberText'

/** Signed scores, genes × columns, and names of the columns. */
export interface ScoredGenes {
  readonly screen: Pick<RunResults['screen'], 'genes'>
  readonly latents: readonly string[]
  readonly geneScores: Float32Array
}

/**
 * `gene_scores.csv`: every gene's signed score for every latent, latent by latent, from the highest to the lowest.
 * Genes are named by symbol, as in the other tables; a symbol that several genes share stands once for each.
 * @param column heading of the names
 */
export function* geneScoreTable(
  { screen, latents, geneScores }: ScoredGenes,
  column = 'latent',
): Generator<string> {
  yield csvLine([column, 'gene', 'score'])
  for (const [latent, name] of latents.entries()) {
    yield Array.from(rankGenes(geneScores, latents.length, latent), (gene) =>
      csvLine([name, screen.genes.symbols[gene], numberText(geneScores[gene * latents.length + latent])]),
    ).join('')
  }
}
