import type { GraphEvaluation, Recovery } from '@contract/evaluation'
import { edgeThreshold } from '@contract/results'
import type { RunResults } from '../formats/resultsFile'
import type { Matrix } from '../numerics/matrix'
import type { GroundTruth } from '../screen/groundTruth'
import { disentanglement, matchLatents, type MatchingRule } from './disentanglement'
import { graphScores, type EdgeTable } from './graphScores'
import { outlierGraph } from './outlierGraph'

/** What of a run's results is compared with the truth. */
export type Learned = Pick<
  RunResults,
  'screen' | 'latents' | 'latentMeans' | 'trained' | 'probability' | 'shift'
>

/** Edges, and how they were told. */
export interface FoundGraph {
  readonly from: GraphEvaluation['from']
  readonly graph: EdgeTable
}

/** Latents of all cells of a screen. */
type Latents = Pick<Learned, 'screen' | 'latents' | 'latentMeans'>

/** Fewest cells for which correlations are told. */
const fewestCells = 10

function rowsOf(values: Float32Array, columns: number, rows: Uint32Array): Matrix {
  const chosen = new Float32Array(rows.length * columns)
  rows.forEach((row, at) => chosen.set(values.subarray(row * columns, (row + 1) * columns), at * columns))
  return { rows: rows.length, columns, values: chosen }
}

/** Cells of one split. */
export function cellsIn({ screen }: Latents, split: 'train' | 'test'): Uint32Array {
  return Uint32Array.from(screen.splitOfCell.keys()).filter((cell) => screen.splitOfCell[cell] === split)
}

/** Latents of some cells, true and learned. */
export function latentsOf(
  learned: Latents,
  truth: GroundTruth,
  cells: Uint32Array,
): { true: Matrix; found: Matrix } {
  return {
    true: rowsOf(truth.latentsOfCell, truth.latents.length, cells),
    found: rowsOf(learned.latentMeans, learned.latents.length, cells),
  }
}

/** Mean correlation coefficients and R² against the truth, on training and on held-out cells. */
export function recovery(learned: Latents, truth: GroundTruth): Recovery {
  const scores = (cells: Uint32Array) => {
    const latents = latentsOf(learned, truth, cells)
    return { ...disentanglement(latents.true, latents.found), cells: cells.length }
  }
  const heldOut = cellsIn(learned, 'test')
  return {
    trueLatents: truth.latents.length,
    trainingCells: scores(cellsIn(learned, 'train')),
    heldOutCells: heldOut.length < fewestCells ? null : scores(heldOut),
  }
}

/**
 * Edges that a run has learned: probabilities over 0.5, or outliers among the shifts of models that say nothing of
 * edges. Perturbations that were not trained have none. Null for models without shifts.
 */
export function learnedGraph({ latents, trained, probability, shift }: Learned): FoundGraph | null {
  if (!shift) return null
  const isTrained = (at: number) => trained[Math.floor(at / latents.length)]
  const values = Float64Array.from(shift)
  const table = { rows: trained.length, columns: latents.length, values }
  const edges = probability
    ? Uint8Array.from(probability, (value) => (value > edgeThreshold ? 1 : 0))
    : outlierGraph(table).edges
  return {
    from: probability ? 'probabilities' : 'outliers',
    graph: {
      perturbations: trained.length,
      latents: latents.length,
      edges: edges.map((edge, at) => (isTrained(at) ? edge : 0)),
    },
  }
}

/** Matches true latents to those of a run by their correlation over training cells. */
export function matchOnTrainingCells(
  claims: Latents,
  truth: GroundTruth,
  rule: MatchingRule = 'absolute',
): Int32Array {
  const latents = latentsOf(claims, truth, cellsIn(claims, 'train'))
  return matchLatents(latents.true, latents.found, 'pearson', rule).estimateOf
}

/**
 * Precision, recall and F1 of a graph.
 * @throws ShiftscopeError `evaluation/fewPerturbations`
 */
export function graphEvaluation(
  claims: Latents & Pick<Learned, 'trained'>,
  { from, graph }: FoundGraph,
  truth: GroundTruth,
): GraphEvaluation {
  const trueGraph = {
    perturbations: claims.trained.length,
    latents: truth.latents.length,
    edges: truth.edges,
  }
  const scores = (rule: MatchingRule, rows?: Uint32Array) => {
    const estimateOf = matchOnTrainingCells(claims, truth, rule)
    const { precision, recall, f1 } = graphScores(trueGraph, graph, estimateOf, { rows })
    return { precision, recall, f1 }
  }
  return { from, scores: scores('absolute', trainedRows(claims)), asPublished: scores('signed') }
}

/** Rows of perturbations that were trained. */
export function trainedRows({ trained }: Pick<Learned, 'trained'>): Uint32Array {
  return Uint32Array.from(trained.keys()).filter((row) => trained[row])
}
