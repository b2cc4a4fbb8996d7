import { rankGenes } from '../../screen/geneRanking'
import type { RunResults } from '../resultsFile'
import { csvLine } from './csv'
import { numberText } from './numberText'

/**
 * `gene_scores.csv`: every gene's signed score for every latent, latent by latent, from the highest to the lowest.
 * Genes are named by symbol, as in the other tables; a symbol that several genes share stands once for each.
 */
export function* geneScoreTable({ screen, latents, geneScores }: RunResults): Generator<string> {
  yield csvLine(['latent', 'gene', 'score'])
  for (const [latent, name] of latents.entries()) {
    yield Array.from(rankGenes(geneScores, latents.length, latent), (gene) =>
      csvLine([name, screen.genes.symbols[gene], numberText(geneScores[gene * latents.length + latent])]),
    ).join('')
  }
}
