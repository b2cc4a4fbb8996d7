import type { TargetGraph } from '@contract/results'

/** Which rows and columns of a target graph are shown, and in which order: indices into its perturbations and latents. */
export interface TargetGraphView {
  rows: readonly number[]
  columns: readonly number[]
}

/** A cell of the target graph: indices into its perturbations and latents. */
export interface GraphCell {
  perturbation: number
  latent: number
}

/** An edge is a probability over the threshold, as in the exported table. */
export function isEdge(graph: TargetGraph, { perturbation, latent }: GraphCell, threshold: number): boolean {
  return graph.probability[perturbation][latent] > threshold
}

/** All edges over the threshold, in the clustered order: row by row, then column by column. */
export function edgesOver(graph: TargetGraph, threshold: number): GraphCell[] {
  return graph.perturbationOrder.flatMap((perturbation) =>
    graph.latentOrder
      .map((latent) => ({ perturbation, latent }))
      .filter((cell) => isEdge(graph, cell, threshold)),
  )
}

/**
 * The clustered view of a graph.
 *
 * @param onlyWithEdges leaves out perturbations and latents without an edge over the threshold
 */
export function clusteredView(
  graph: TargetGraph,
  threshold: number,
  onlyWithEdges: boolean,
): TargetGraphView {
  if (!onlyWithEdges) return { rows: graph.perturbationOrder, columns: graph.latentOrder }
  const edges = edgesOver(graph, threshold)
  const [rows, columns] = [
    new Set(edges.map((edge) => edge.perturbation)),
    new Set(edges.map((edge) => edge.latent)),
  ]
  return {
    rows: graph.perturbationOrder.filter((row) => rows.has(row)),
    columns: graph.latentOrder.filter((column) => columns.has(column)),
  }
}

/**
 * Symmetric colour limit: the largest absolute shift of an edge at the run's own threshold, rounded up to a half.
 * Shifts without an edge are hardly trained and would stretch the scale; they count only where there is no edge.
 */
export function shiftLimit(graph: TargetGraph): number {
  let overEdges = 0
  let overAll = 0
  graph.shift.forEach((row, perturbation) =>
    row.forEach((shift, latent) => {
      const size = Math.abs(shift)
      overAll = Math.max(overAll, size)
      if (isEdge(graph, { perturbation, latent }, graph.threshold)) overEdges = Math.max(overEdges, size)
    }),
  )
  return Math.max(0.5, Math.ceil((overEdges || overAll) * 2) / 2)
}

/** Fewest and most cells of a perturbation. */
export function cellRange(graph: TargetGraph): { smallest: number; largest: number } {
  let [smallest, largest] = [Infinity, 0]
  for (const { cells } of graph.perturbations) {
    smallest = Math.min(smallest, cells)
    largest = Math.max(largest, cells)
  }
  return { smallest: largest === 0 ? 0 : smallest, largest }
}
