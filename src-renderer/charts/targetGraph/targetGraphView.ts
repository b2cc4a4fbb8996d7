import { edgesOf, type DrawnGraph } from './drawnGraph'

/** Which rows and columns of a target graph are shown, and in which order: indices into its perturbations and latents. */
export interface TargetGraphView {
  rows: readonly number[]
  columns: readonly number[]
}

/**
 * The clustered view of a graph.
 *
 * @param onlyWithEdges leaves out perturbations and latents without an edge
 */
export function clusteredView(graph: DrawnGraph, onlyWithEdges: boolean): TargetGraphView {
  if (!onlyWithEdges) return { rows: graph.perturbationOrder, columns: graph.latentOrder }
  const edges = edgesOf(graph)
  const [rows, columns] = [
    new Set(edges.map((edge) => edge.perturbation)),
    new Set(edges.map((edge) => edge.latent)),
  ]
  return {
    rows: graph.perturbationOrder.filter((row) => rows.has(row)),
    columns: graph.latentOrder.filter((column) => columns.has(column)),
  }
}

/** Fewest and most cells of a perturbation. */
export function cellRange(graph: DrawnGraph): { smallest: number; largest: number } {
  let [smallest, largest] = [Infinity, 0]
  for (const { cells } of graph.perturbations) {
    smallest = Math.min(smallest, cells)
    largest = Math.max(largest, cells)
  }
  return { smallest: largest === 0 ? 0 : smallest, largest }
}
