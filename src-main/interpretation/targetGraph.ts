import { edgeThreshold, type TargetGraph } from '@contract/results'
import type { RunResults } from '../formats/resultsFile'
import { referenceName } from '../screen/screen'
import { cellsOfPerturbations, clusteredOrders, strongestSymbols } from './graphParts'
import { labelOf, type LatentLabels } from './latentNames'

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

/**
 * Which perturbation shifts which latent, rows and columns ordered by the shifts, each weighted by its probability, for the perturbations that the model was trained on. An edge is a
 * probability over one half; its weight is the shift. Null for models that say nothing of edges.
 */
export function targetGraph(results: RunResults, labels: LatentLabels = {}): TargetGraph | null {
  const { screen, latents, trained } = results
  if (!results.probability || !results.shift) return null
  const cells = cellsOfPerturbations(screen)
  const shown = screen.perturbations.map((_, index) => index).filter((index) => trained[index])
  const rowsOf = (values: Float32Array): number[][] =>
    shown.map((row) => Array.from(values.subarray(row * latents.length, (row + 1) * latents.length)))
  const [probability, shift] = [rowsOf(results.probability), rowsOf(results.shift)]
  const isEdge = (value: number): boolean => value > edgeThreshold
  const expected = shift.map((row, perturbation) =>
    row.map((value, latent) => value * probability[perturbation][latent]),
  )
  const { rowOrder, columnOrder } = clusteredOrders(expected, latents.length)
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
    perturbationOrder: rowOrder,
    latentOrder: columnOrder,
  }
}
