import type { TrueGraph } from '@contract/evaluation'
import type { GroundTruth } from '../screen/groundTruth'
import { matchLatents } from './disentanglement'
import { cellsIn, latentsOf, learnedGraph, type Learned } from './recovery'

/** A row-major table as rows. */
function rowsOf<Entry>(
  rows: number,
  columns: number,
  entry: (row: number, column: number) => Entry,
): Entry[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => entry(row, column)),
  )
}

/**
 * The true graph and the learned one in the same order, latents matched as for the graph's scores.
 * @throws ShiftscopeError as `matchLatents`
 */
export function besideTruth(learned: Learned, truth: GroundTruth): TrueGraph {
  const { trained, latents: found } = learned
  const [rows, columns] = [trained.length, truth.latents.length]
  const latents = latentsOf(learned, truth, cellsIn(learned, 'train'))
  const { estimateOf, correlations } = matchLatents(latents.true, latents.found)
  const matched = new Set(estimateOf)
  const graph = learnedGraph(learned)
  const at = (row: number, column: number) => row * found.length + estimateOf[column]
  const hasEdge = (row: number, latent: number) => graph?.graph.edges[row * found.length + latent] === 1
  return {
    perturbations: learned.screen.perturbations.map((name, row) => ({ name, trained: trained[row] })),
    latents: truth.latents.map((name, column) => ({
      name,
      match:
        estimateOf[column] < 0
          ? null
          : { latent: found[estimateOf[column]], correlation: correlations[column] },
    })),
    shift: rowsOf(rows, columns, (row, column) => truth.shifts[row * columns + column]),
    edges: rowsOf(rows, columns, (row, column) => truth.edges[row * columns + column] === 1),
    learned: graph && {
      from: graph.from,
      shift: rowsOf(rows, columns, (row, column) =>
        estimateOf[column] < 0
          ? 0
          : (learned.shift?.[at(row, column)] ?? 0) * (correlations[column] < 0 ? -1 : 1),
      ),
      edges: rowsOf(
        rows,
        columns,
        (row, column) => estimateOf[column] >= 0 && hasEdge(row, estimateOf[column]),
      ),
      unmatched: found.flatMap((latent, index) =>
        matched.has(index) ? [] : [{ latent, edges: trained.filter((_, row) => hasEdge(row, index)).length }],
      ),
    },
  }
}
