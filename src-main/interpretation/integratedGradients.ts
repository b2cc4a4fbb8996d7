import type { Session } from '../compute/executor'
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
 * Integrated gradients (Sundararajan et al. 2017) of the encoder mean of one latent, cells × genes: what each gene's
 * counts add to the latent of each cell, against a cell without counts. Over genes they sum to the difference.
 * @param counts cells × genes
 */
export async function integratedGradients(
  session: Session,
  counts: Float32Array,
  latent: number,
  options: AttributionOptions = defaultAttribution,
): Promise<Float32Array> {
  const { nodes, weights } = quadrature(options.rule, options.steps)
  const inCounts = options.path === 'counts'
  const logCounts = counts.map(Math.log1p)
  const sums = new Float64Array(counts.length)
  for (let step = 0; step < nodes.length; step++) {
    const [at, weight] = [nodes[step], weights[step]]
    const point = inCounts
      ? counts.map((count) => Math.log1p(at * count))
      : logCounts.map((value) => at * value)
    const gradient = await session.encoderGradient(point, latent)
    for (let entry = 0; entry < sums.length; entry++) {
      if (counts[entry] === 0) continue
      // In count space the derivative of log(1 + count) comes in.
      const factor = inCounts ? counts[entry] / (1 + at * counts[entry]) : logCounts[entry]
      sums[entry] += weight * gradient[entry] * factor
    }
  }
  return Float32Array.from(sums)
}
