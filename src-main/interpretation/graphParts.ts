import type { RunResults } from '../formats/resultsFile'
import { clusteredOrder, euclideanDistances } from '../numerics/hierarchicalClustering'
import { controlCell, type Screen } from '../screen/screen'

const shownGenes = 3

/** Genes with a signed score for each latent or component. */
export type ScoredScreen = Pick<RunResults, 'screen' | 'latents' | 'geneScores'>

/** Cells of each perturbation, controls left out. */
export function cellsOfPerturbations({
  perturbations,
  perturbationOfCell,
}: Pick<Screen, 'perturbations' | 'perturbationOfCell'>): Uint32Array {
  const cells = new Uint32Array(perturbations.length)
  for (const perturbation of perturbationOfCell) {
    if (perturbation !== controlCell) cells[perturbation] += 1
  }
  return cells
}

/** Symbols of the three genes of largest absolute score. */
export function strongestSymbols({ screen, geneScores, latents }: ScoredScreen, latent: number): string[] {
  const strength = (gene: number): number => Math.abs(geneScores[gene * latents.length + latent])
  return screen.genes.symbols
    .map((_, gene) => gene)
    .sort((a, b) => strength(b) - strength(a) || a - b)
    .slice(0, shownGenes)
    .map((gene) => screen.genes.symbols[gene])
}

/** The order or its reverse, whichever has the stronger rows in its first half: what was found is seen first. */
function strongestFirst(order: number[], strength: (index: number) => number): number[] {
  const position = order.reduce((sum, index, at) => sum + (at - (order.length - 1) / 2) * strength(index), 0)
  return position > 0 ? order.toReversed() : order
}

/**
 * Rows and columns of a graph ordered by average linkage of the shifts, beginning at the end where the shifts are.
 * @param shifts rows × columns
 */
export function clusteredOrders(
  shifts: readonly (readonly number[])[],
  columns: number,
): { rowOrder: number[]; columnOrder: number[] } {
  const rows = shifts.length
  const transposed = Array.from({ length: columns }, (_, column) => shifts.map((row) => row[column]))
  const sizeOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + Math.abs(value), 0)
  const rowOrder = clusteredOrder(euclideanDistances(shifts.flat(), rows, columns), rows)
  const columnOrder = clusteredOrder(euclideanDistances(transposed.flat(), columns, rows), columns)
  return {
    rowOrder: strongestFirst(rowOrder, (row) => sizeOf(shifts[row])),
    columnOrder: strongestFirst(columnOrder, (column) => sizeOf(transposed[column])),
  }
}
