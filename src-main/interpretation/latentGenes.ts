import type { LatentGene, LatentGenes } from '@contract/results'
import { strongestGenes } from '../screen/geneRanking'
import type { CountMatrix } from '../screen/countMatrix'
import type { RunResults } from '../formats/resultsFile'
import type { ScoredScreen } from './graphParts'
import { contentLabel, indexOfLatent, labelOf, type LatentLabels } from './latentNames'

/** Content latents are those of some runs only. */
type ScoredLatents = ScoredScreen & Partial<Pick<RunResults, 'content'>>

/** Mean counts per cell of every gene. */
function meanCounts(matrix: CountMatrix): Float64Array {
  const sums = new Float64Array(matrix.genes)
  for (let entry = 0; entry < matrix.counts.length; entry++) {
    sums[matrix.geneIndices[entry]] += matrix.counts[entry]
  }
  return sums.map((sum) => sum / matrix.cells)
}

/** Scores among which those of a latent are, its column, and what it is called. */
function scoresOf(
  { latents, geneScores, content }: ScoredLatents,
  name: string,
  labels: LatentLabels,
): { scores: Float32Array; columns: number; column: number; label: string } {
  const column = content?.latents.indexOf(name) ?? -1
  if (content && column >= 0) {
    const columns = content.latents.length
    return { scores: content.geneScores, columns, column, label: contentLabel(column) }
  }
  const latent = indexOfLatent(latents, name)
  return {
    scores: geneScores,
    columns: latents.length,
    column: latent,
    label: labelOf(latents, latent, labels),
  }
}

/**
 * The genes whose expression raises and lowers a latent most, strongest first; content latents are named c1, c2, …
 * @param count most genes in each list
 * @throws ShiftscopeError `results/unknownLatent`
 */
export function latentGenes(
  results: ScoredLatents,
  latentName: string,
  count: number,
  labels: LatentLabels = {},
): LatentGenes {
  const { screen } = results
  const { scores, columns, column, label } = scoresOf(results, latentName, labels)
  const means = meanCounts(screen.counts)
  const listed = (direction: 'up' | 'down'): LatentGene[] =>
    Array.from(strongestGenes(scores, columns, column, direction, count), (gene, index) => ({
      rank: index + 1,
      id: screen.genes.ids[gene],
      symbol: screen.genes.symbols[gene],
      score: scores[gene * columns + column],
      meanCount: means[gene],
    }))
  return {
    latent: latentName,
    label,
    up: listed('up'),
    down: listed('down'),
  }
}
