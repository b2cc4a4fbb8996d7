import type { GraphEvaluation, Recovery } from '@contract/evaluation'
import { edgeThreshold } from '@contract/results'
import type { RunResults } from '../formats/resultsFile'
import type { Matrix } from '../numerics/matrix'
import type { GroundTruth } from '../screen/groundTruth'
import { disentanglement, matchLatents } from './disentanglement'
import { graphScores, type EdgeTable } from './graphScores'
import { outlierGraph } from './outlierGraph'

/** What of a run's results is compared with the truth. */
export type Learned = Pick<
  RunResults,
  'screen' | 'latents' | 'latentMeans' | 'trained' | 'probability' | 'shift'
>

/** Fewest cells for which correlations are told. */
const fewestCells = 10

function rowsOf(values: Float32Array, columns: number, rows: Uint32Array): Matrix {
  const chosen = new Float32Array(rows.length * columns)
  rows.forEach((row, at) => chosen.set(values.subarray(row * columns, (row + 1) * columns), at * columns))
  return { rows: rows.length, columns, values: chosen }
}

function cellsIn({ screen }: Learned, split: 'train' | 'test'): Uint32Array {
  return Uint32Array.from(screen.splitOfCell.keys()).filter((cell) => screen.splitOfCell[cell] === split)
}

/** Latents of some cells, true and learned. */
function latentsOf(
  learned: Learned,
  truth: GroundTruth,
  cells: Uint32Array,
): { true: Matrix; found: Matrix } {
  return {
    true: rowsOf(truth.latentsOfCell, truth.latents.length, cells),
    found: rowsOf(learned.latentMeans, learned.latents.length, cells),
  }
}

/** Mean correlation coefficients and R² against the truth, on training and on held-out cells. */
export function recovery(learned: Learned, truth: GroundTruth): Recovery {
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
export function learnedGraph({ latents, trained, probability, shift }: Learned): {
  readonly from: GraphEvaluation['from']
  readonly graph: EdgeTable
} | null {
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

/**
 * Precision, recall and F1 of the learned graph; null for models without shifts.
 * @throws ShiftscopeError `evaluation/fewPerturbations`
 */
export function graphEvaluation(learned: Learned, truth: GroundTruth): GraphEvaluation | null {
  const found = learnedGraph(learned)
  if (!found) return null
  const latents = latentsOf(learned, truth, cellsIn(learned, 'train'))
  const trueGraph = {
    perturbations: learned.trained.length,
    latents: truth.latents.length,
    edges: truth.edges,
  }
  const rows = Uint32Array.from(learned.trained.keys()).filter((row) => learned.trained[row])
  const scores = (rule: 'absolute' | 'signed', counted?: Uint32Array) => {
    const { estimateOf } = matchLatents(latents.true, latents.found, 'pearson', rule)
    const { precision, recall, f1 } = graphScores(trueGraph, found.graph, estimateOf, { rows: counted })
    return { precision, recall, f1 }
  }
  return { from: found.from, scores: scores('absolute', rows), asPublished: scores('signed') }
}
