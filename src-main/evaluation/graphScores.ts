import { ShiftscopeError } from '@contract/errors'
import { requirePerturbations } from './checks'

/** Which perturbations shift which latents, perturbations × latents, row-major; 1 for an edge. */
export interface EdgeTable {
  readonly perturbations: number
  readonly latents: number
  readonly edges: Uint8Array
}

/** How well the edges of a graph are recovered. */
export interface GraphScores {
  /** Share of the predicted edges that are true; 0 where none is predicted. */
  readonly precision: number
  /** Share of the true edges that are predicted; 0 where there are none. */
  readonly recall: number
  /** Harmonic mean of the two; 0 where both are. */
  readonly f1: number
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
}

export interface GraphScoreOptions {
  /** Perturbations that are counted, by row; all by default. Those held out were never trained and have no edges. */
  readonly rows?: Uint32Array
  /**
   * What becomes of predicted latents that stand for no true one (a model with more latents than the truth): their
   * edges are false (`count`, the default), or they are left out (`ignore`).
   */
  readonly unmatched?: 'count' | 'ignore'
}

/**
 * Precision, recall and F1 of a predicted graph after its latents were matched to the true ones (Lopez et al. 2023,
 * section 4.1).
 * @param truth true edges, perturbations × true latents
 * @param predicted predicted edges, the same perturbations × estimated latents
 * @param estimateOf for each true latent the estimated one or -1, as from `matchLatents`
 * @throws ShiftscopeError `evaluation/fewPerturbations`, `evaluation/sizesDiffer`
 */
export function graphScores(
  truth: EdgeTable,
  predicted: EdgeTable,
  estimateOf: Int32Array,
  options: GraphScoreOptions = {},
): GraphScores {
  const rows = options.rows ?? Uint32Array.from({ length: truth.perturbations }, (_, row) => row)
  requirePerturbations(rows.length)
  if (truth.perturbations !== predicted.perturbations || estimateOf.length !== truth.latents) {
    throw new ShiftscopeError({
      code: 'evaluation/sizesDiffer',
      message: `A graph of ${predicted.perturbations} perturbations cannot be compared with a true one of ${truth.perturbations}.`,
      hint: 'Compare only graphs of the same screen.',
    })
  }
  let truePositives = 0
  let trueEdges = 0
  let predictedEdges = 0
  const isMatched = new Uint8Array(predicted.latents)
  for (const latent of estimateOf) if (latent >= 0) isMatched[latent] = 1
  for (const row of rows) {
    estimateOf.forEach((latent, trueLatent) => {
      const isTrue = truth.edges[row * truth.latents + trueLatent] === 1
      const isPredicted = latent >= 0 && predicted.edges[row * predicted.latents + latent] === 1
      if (isTrue) trueEdges += 1
      if (isTrue && isPredicted) truePositives += 1
    })
    for (let latent = 0; latent < predicted.latents; latent++) {
      const counts = isMatched[latent] === 1 || options.unmatched !== 'ignore'
      if (counts && predicted.edges[row * predicted.latents + latent] === 1) predictedEdges += 1
    }
  }
  return {
    precision: predictedEdges === 0 ? 0 : truePositives / predictedEdges,
    recall: trueEdges === 0 ? 0 : truePositives / trueEdges,
    f1: trueEdges + predictedEdges === 0 ? 0 : (2 * truePositives) / (trueEdges + predictedEdges),
    truePositives,
    falsePositives: predictedEdges - truePositives,
    falseNegatives: trueEdges - truePositives,
  }
}
