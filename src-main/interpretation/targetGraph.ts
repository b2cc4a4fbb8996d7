import { edgeThreshold, type TargetGraph } from '@contract/results'
import { clusteredOrder, euclideanDistances } from '../numerics/hierarchicalClustering'
import type { RunResults } from '../formats/resultsFile'
import { controlCell, referenceName } from '../screen/screen'
import { labelOf, type LatentLabels } from './latentNames'

const shownGenes = 3

function cellsOfPerturbations({ screen }: RunResults): Uint32Array {
  const cells = new Uint32Array(screen.perturbations.length)
  for (const perturbation of screen.perturbationOfCell) {
    if (perturbation !== controlCell) cells[perturbation] += 1
  }
  return cells
}

/** The observed shifts of the perturbations that are shown. */
function shownObserved(
  { screen, observed }: RunResults,
  shown: readonly number[],
  rowsOf: (values: Float32Array) => number[][],
): TargetGraph['observed'] {
  if (!observed) return null
  const known = (values: Float32Array): (number | null)[][] =>
    rowsOf(values).map((row) => row.map((value) => (Number.isNaN(value) ? null : value)))
  return {
    shift: known(observed.shift),
    standardError: known(observed.standardError),
    cells: shown.map((perturbation) => observed.cells[perturbation]),
    referenceName: referenceName(screen),
    within: [...observed.within],
  }
}

/** Symbols of the genes of largest absolute score. */
function strongestSymbols({ screen, geneScores, latents }: RunResults, latent: number): string[] {
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
 * Rows and columns ordered by average linkage of the shifts, each weighted by its probability, beginning at the end
 * where the shifts are.
 */
function orders(probability: number[][], shift: number[][], latents: number): [number[], number[]] {
  const expected = shift.map((row, perturbation) =>
    row.map((value, latent) => value * probability[perturbation][latent]),
  )
  const rows = expected.length
  const transposed = Array.from({ length: latents }, (_, latent) => expected.map((row) => row[latent]))
  const sizeOf = (values: number[]): number => values.reduce((sum, value) => sum + Math.abs(value), 0)
  const rowOrder = clusteredOrder(euclideanDistances(expected.flat(), rows, latents), rows)
  const latentOrder = clusteredOrder(euclideanDistances(transposed.flat(), latents, rows), latents)
  return [
    strongestFirst(rowOrder, (row) => sizeOf(expected[row])),
    strongestFirst(latentOrder, (latent) => sizeOf(transposed[latent])),
  ]
}

/**
 * Which perturbation shifts which latent, for the perturbations that the model was trained on. An edge is a
 * probability over one half; its weight is the shift. Null for models that say nothing of edges.
 */
export function targetGraph(results: RunResults, labels: LatentLabels = {}): TargetGraph | null {
  const { screen, latents, trained } = results
  if (!results.probability || !results.shift) return null
  const cells = cellsOfPerturbations(results)
  const shown = screen.perturbations.map((_, index) => index).filter((index) => trained[index])
  const rowsOf = (values: Float32Array): number[][] =>
    shown.map((row) => Array.from(values.subarray(row * latents.length, (row + 1) * latents.length)))
  const [probability, shift] = [rowsOf(results.probability), rowsOf(results.shift)]
  const isEdge = (value: number): boolean => value > edgeThreshold
  const [perturbationOrder, latentOrder] = orders(probability, shift, latents.length)
  return {
    threshold: edgeThreshold,
    perturbations: shown.map((perturbation, row) => ({
      name: screen.perturbations[perturbation],
      cells: cells[perturbation],
      edges: probability[row].filter(isEdge).length,
    })),
    latents: latents.map((name, latent) => ({
      name,
      label: labelOf(latents, latent, labels),
      edges: probability.filter((row) => isEdge(row[latent])).length,
      topGenes: strongestSymbols(results, latent),
    })),
    probability,
    shift,
    observed: shownObserved(results, shown, rowsOf),
    perturbationOrder,
    latentOrder,
  }
}
