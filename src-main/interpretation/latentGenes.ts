import type { LatentGene, LatentGenes } from '@contract/results'
import type { RunResults } from '../formats/resultsFile'
import { strongestGenes } from '../screen/geneRanking'
import type { CountMatrix } from '../screen/countMatrix'
import { indexOfLatent, labelOf, type LatentLabels } from './latentNames'

/** Mean counts per cell of every gene. */
function meanCounts(matrix: CountMatrix): Float64Array {
  const sums = new Float64Array(matrix.genes)
  for (let entry = 0; entry < matrix.counts.length; entry++) {
    sums[matrix.geneIndices[entry]] += matrix.counts[entry]
  }
  return sums.map((sum) => sum / matrix.cells)
}

/**
 * The genes whose expression raises and lowers a latent most, strongest first.
 * @param count most genes in each list
 * @throws ShiftscopeError `results/unknownLatent`
 */
export function latentGenes(
  results: RunResults,
  latentName: string,
  count: number,
  labels: LatentLabels = {},
): LatentGenes {
  const { screen, latents, geneScores } = results
  const latent = indexOfLatent(latents, latentName)
  const means = meanCounts(screen.counts)
  const listed = (direction: 'up' | 'down'): LatentGene[] =>
    Array.from(strongestGenes(geneScores, latents.length, latent, direction, count), (gene, index) => ({
      rank: index + 1,
      id: screen.genes.ids[gene],
      symbol: screen.genes.symbols[gene],
      score: geneScores[gene * latents.length + latent],
      meanCount: means[gene],
    }))
  return {
    latent: latentName,
    label: labelOf(latents, latent, labels),
    up: listed('up'),
    down: listed('down'),
  }
}
