import type { TargetGraph } from '@contract/results'
import { chartsText } from '../../text/charts'
import { edgesOver, type GraphCell } from './targetGraphView'

const namedEdges = 3

/** What a drawing of the graph shows, for people who do not see it: its size, its edges and the strongest of them. */
export function targetGraphSummary(graph: TargetGraph, threshold: number): string {
  const shift = ({ perturbation, latent }: GraphCell) => graph.shift[perturbation][latent]
  const edges = edgesOver(graph, threshold).sort(
    (one, other) => Math.abs(shift(other)) - Math.abs(shift(one)),
  )
  const strongest = edges
    .slice(0, namedEdges)
    .map((cell) =>
      chartsText.edgeInWords(
        graph.perturbations[cell.perturbation].name,
        graph.latents[cell.latent].label,
        shift(cell),
      ),
    )
  return chartsText.graphSummary(
    graph.perturbations.length,
    graph.latents.length,
    edges.length,
    threshold,
    strongest,
  )
}
