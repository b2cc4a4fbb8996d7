import type { TargetGraph } from '@contract/results'
import { chartsText } from '../../text/charts'
import { formatFixed } from '../signedNumbers'
import { largestShift, type DrawnGraph, type GraphCell } from './drawnGraph'

/** An edge is a probability over the threshold, as in the exported table. */
export function isEdge(graph: TargetGraph, { perturbation, latent }: GraphCell, threshold: number): boolean {
  return graph.probability[perturbation][latent] > threshold
}

/**
 * The target graph of a run as it is drawn at a threshold. The limit of the colours is the largest absolute shift of an
 * edge at the run's own threshold, rounded up to a half: shifts without an edge are hardly trained and would stretch the
 * scale.
 */
export function drawnTargetGraph(graph: TargetGraph, threshold: number): DrawnGraph {
  const { probability, shift } = graph
  const largest = largestShift(shift, (at) => isEdge(graph, at, graph.threshold))
  return {
    ...graph,
    perturbations: graph.perturbations.map((perturbation) => ({ ...perturbation, heldOut: false })),
    opacity: probability,
    certainty: {
      title: chartsText.probability,
      key: 'probability',
      of: ({ perturbation, latent }) => probability[perturbation][latent],
      shown: ({ perturbation, latent }) => formatFixed(probability[perturbation][latent], 3),
      ends: ['0', '1'],
    },
    isEdge: (at) => isEdge(graph, at, threshold),
    limit: Math.max(0.5, Math.ceil(largest * 2) / 2),
    digits: 2,
    words: {
      title: chartsText.targetGraph,
      latent: chartsText.latent,
      shift: chartsText.shiftUnit,
      edge: chartsText.edgeOver(formatFixed(threshold)),
      edgesIn: chartsText.withProbabilityOver(threshold),
    },
  }
}
