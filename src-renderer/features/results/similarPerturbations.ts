import type { DrawnGraph } from '../../charts/targetGraph/drawnGraph'

/**
 * Perturbations that have edges to the same latents as one perturbation with the same sign of the shift, most shared
 * edges first: candidates for the same process.
 */
export function similarPerturbations(
  graph: DrawnGraph,
  perturbation: number,
): { perturbation: number; shared: number }[] {
  const signOf = (row: number, latent: number) =>
    graph.isEdge({ perturbation: row, latent }) ? Math.sign(graph.shift[row][latent]) : 0
  const own = graph.latents.map((_latent, latent) => signOf(perturbation, latent))
  return graph.perturbations
    .map((_row, row) => ({
      perturbation: row,
      shared: own.filter((sign, latent) => sign !== 0 && signOf(row, latent) === sign).length,
    }))
    .filter(({ perturbation: row, shared }) => row !== perturbation && shared > 0)
    .sort((one, other) => other.shared - one.shared)
}
