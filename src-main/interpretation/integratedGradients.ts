import { designOfSome } from '../compute/design'
import type { EncoderPoints, ObservedCells, Session } from '../compute/executor'
import { quadrature, type QuadratureRule } from '../numerics/quadrature'

export interface AttributionOptions {
  /** Straight path from no counts to the cell's counts, in count space or in log(1 + count) space. */
  readonly path: 'counts' | 'logCounts'
  readonly rule: QuadratureRule
  /** Points on the path. */
  readonly steps: number
}

/**
 * What gene scores are made with. The baseline is a cell without counts: a score then says what the expression of the
 * gene does to the latent. Against mean control expression, scores of cells above and below it would cancel in the
 * average over cells. The path lies in log space, where the encoder's input lies; the midpoint rule has no bias
 * towards either end.
 */
export const defaultAttribution: AttributionOptions = { path: 'logCounts', rule: 'midpoint', steps: 20 }

/**
 * The points on the paths of all cells, each with the covariates of its cell. The derivative at a point is multiplied with the weight of the rule and the
 * length of the path in that gene; in count space the derivative of log(1 + count) comes in.
 */
function pathPoints(
  { counts, covariates }: ObservedCells,
  { path, rule, steps }: AttributionOptions,
): EncoderPoints {
  const { nodes, weights } = quadrature(rule, steps)
  const entries = counts.rowStarts[counts.cells] * nodes.length
  const rowStarts = new Uint32Array(counts.cells * nodes.length + 1)
  const geneIndices =
    counts.geneIndices instanceof Uint16Array ? new Uint16Array(entries) : new Uint32Array(entries)
  const [logCounts, factors] = [new Float32Array(entries), new Float32Array(entries)]
  let [point, at] = [0, 0]
  for (let cell = 0; cell < counts.cells; cell++) {
    const [begin, end] = [counts.rowStarts[cell], counts.rowStarts[cell + 1]]
    for (let step = 0; step < nodes.length; step++) {
      const [position, weight] = [nodes[step], weights[step]]
      for (let entry = begin; entry < end; entry++, at++) {
        const count = counts.counts[entry]
        geneIndices[at] = counts.geneIndices[entry]
        if (path === 'counts') {
          logCounts[at] = Math.log1p(position * count)
          factors[at] = (weight * count) / (1 + position * count)
        } else {
          const logCount = Math.log1p(count)
          logCounts[at] = position * logCount
          factors[at] = weight * logCount
        }
      }
      rowStarts[++point] = at
    }
  }
  const cellOfPoint = Uint32Array.from({ length: point }, (_, at) => Math.floor(at / nodes.length))
  return {
    ...{ points: point, genes: counts.genes, rowStarts, geneIndices, logCounts, factors },
    covariates: covariates && designOfSome(covariates, cellOfPoint),
  }
}

/**
 * Integrated gradients (Sundararajan et al. 2017) of the encoder means, summed over cells, genes × latents: what each
 * gene's counts add to each latent, against cells without counts and with the same covariates. Over genes and cells
 * they sum to the difference.
 */
export function integratedGradients(
  session: Session,
  cells: ObservedCells,
  options: AttributionOptions = defaultAttribution,
): Promise<Float32Array> {
  return session.encoderGradients(pathPoints(cells, options))
}
