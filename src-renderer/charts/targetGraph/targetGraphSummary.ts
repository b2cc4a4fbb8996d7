import { countOf } from '../../format/numbers'
import { chartsText } from '../../text/charts'
import { formatSigned } from '../signedNumbers'
import { strongestEdges, type DrawnGraph } from './drawnGraph'

const namedEdges = 3

/** What a drawing of the graph shows, for people who do not see it: its size, its edges and the strongest of them. */
export function targetGraphSummary(graph: DrawnGraph): string {
  const edges = strongestEdges(graph)
  const strongest = edges
    .slice(0, namedEdges)
    .map(({ perturbation, latent }) =>
      chartsText.edgeInWords(
        graph.perturbations[perturbation].name,
        graph.latents[latent].label,
        formatSigned(graph.shift[perturbation][latent], graph.digits),
      ),
    )
  return chartsText.graphSummary(
    graph.words.title,
    graph.perturbations.length,
    countOf(graph.latents.length, graph.words.latent),
    edges.length,
    graph.words.edgesIn,
    strongest,
  )
}
