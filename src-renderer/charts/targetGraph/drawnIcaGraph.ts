import type { IcaGraph } from '@contract/baselines'
import { formatDecimal } from '../../format/numbers'
import { chartsText } from '../../text/charts'
import { largestShift, type DrawnGraph } from './drawnGraph'

/** The graph of ICA as it is drawn: components are its latents, and its edges are those that were called. */
export function drawnIcaGraph({
  components,
  componentOrder,
  adjustedP,
  edges,
  ...graph
}: IcaGraph): DrawnGraph {
  const isEdge: DrawnGraph['isEdge'] = ({ perturbation, latent }) => edges[perturbation][latent]
  const largest = largestShift(graph.shift, isEdge)
  const limit = largest === 0 ? 1 : Number(largest.toPrecision(2))
  const rule = chartsText.icaEdge(graph.falseDiscoveryRate, graph.effectFloor)
  return {
    ...graph,
    latents: components,
    latentOrder: componentOrder,
    observed: null,
    opacity: adjustedP.map((row) => row.map((p) => 1 - p)),
    certainty: {
      title: chartsText.falseDiscoveryRate,
      key: 'adjusted_p',
      of: ({ perturbation, latent }) => adjustedP[perturbation][latent],
      shown: ({ perturbation, latent }) => formatDecimal(adjustedP[perturbation][latent], 2),
      ends: ['1', '0'],
    },
    isEdge,
    limit,
    digits: Math.max(2, 1 - Math.floor(Math.log10(limit))),
    words: {
      title: chartsText.icaGraph,
      latent: chartsText.component,
      shift: chartsText.icaShift,
      edge: chartsText.icaEdgeShort(graph.falseDiscoveryRate),
      edgesIn: chartsText.withRule(rule),
    },
  }
}
