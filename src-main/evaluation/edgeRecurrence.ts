import { ShiftscopeError } from '@contract/errors'
import type { Matrix } from '../numerics/matrix'
import { matchLatents } from './disentanglement'
import type { EdgeTable } from './graphScores'

/** One run of several that were trained on the same screen with different seeds. */
export interface GraphOfRun {
  /** Latent means, cells × latents, the same cells for every run. */
  readonly latents: Matrix
  readonly graph: EdgeTable
  /** Shifts, perturbations × latents. */
  readonly shifts: Matrix
}

export interface EdgeRecurrence {
  /** Share of all runs, the reference among them, that have the edge; perturbations × latents of the reference. */
  readonly share: Matrix
  /** Of the runs that have the edge the share in which it points the same way as in the reference; 0 without any. */
  readonly sameSign: Matrix
  /** For each latent of the reference the mean absolute correlation with its counterpart in the other runs. */
  readonly stability: Float64Array
}

/**
 * How often each edge recurs over seeds. The latents of every other run are matched to those of the reference by
 * absolute Pearson correlation over the cells; a counterpart with flipped sign has its shifts flipped.
 * @param reference the run that is shown
 * @param others further runs, at least one
 * @throws ShiftscopeError `evaluation/fewRuns` and as `matchLatents`
 */
export function edgeRecurrence(reference: GraphOfRun, others: readonly GraphOfRun[]): EdgeRecurrence {
  if (others.length === 0) {
    throw new ShiftscopeError({
      code: 'evaluation/fewRuns',
      message: 'One run says nothing about how often an edge recurs.',
      hint: 'Train the same settings with further seeds.',
    })
  }
  const { perturbations, latents, edges } = reference.graph
  const found = Float64Array.from(edges)
  const agreeing = Float64Array.from(edges)
  const stability = new Float64Array(latents)
  for (const other of others) {
    const { estimateOf, correlations } = matchLatents(reference.latents, other.latents)
    correlations.forEach((value, latent) => (stability[latent] += Math.abs(value) / others.length))
    for (let perturbation = 0; perturbation < perturbations; perturbation++) {
      estimateOf.forEach((counterpart, latent) => {
        if (counterpart < 0) return
        if (other.graph.edges[perturbation * other.graph.latents + counterpart] !== 1) return
        const at = perturbation * latents + latent
        const shift = other.shifts.values[perturbation * other.shifts.columns + counterpart]
        found[at] += 1
        if (shift * correlations[latent] * reference.shifts.values[at] > 0) agreeing[at] += 1
      })
    }
  }
  const table = (values: Float64Array): Matrix => ({ rows: perturbations, columns: latents, values })
  return {
    share: table(found.map((count) => count / (others.length + 1))),
    sameSign: table(agreeing.map((count, at) => (found[at] === 0 ? 0 : count / found[at]))),
    stability,
  }
}
