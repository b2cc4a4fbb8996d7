import type { Evaluation, truthParts } from '@contract/evaluation'
import type { RunResults } from '../formats/resultsFile'
import type { Matrix } from '../numerics/matrix'
import type { GroundTruth } from '../screen/groundTruth'
import { geneListRecovery } from './geneListRecovery'
import {
  graphEvaluation,
  learnedGraph,
  matchOnTrainingCells,
  recovery,
  trainedRows,
  type FoundGraph,
} from './recovery'
import { similarPairs, trueSimilarPairs } from './similarPairs'

type TruthPart = (typeof truthParts)[number]

/** What a model or a baseline says of a screen, as far as the truth can judge it. */
export interface Claims extends Pick<RunResults, 'screen' | 'latents' | 'latentMeans' | 'trained'> {
  /** Genes × latents. */
  readonly geneScores: Float32Array
  /** Null for models that know of no perturbations. */
  readonly graph: FoundGraph | null
  /** Shifts as far as they are edges, perturbations × latents. */
  readonly shifts: Matrix | null
  /** Differences of mean latents to control, perturbations × latents. */
  readonly observedShifts: Matrix | null
}

/** Parts of an evaluation that compare with the truth, and why some are missing. */
export type TruthParts = Pick<Evaluation, TruthPart> & {
  readonly missing: { readonly part: TruthPart; readonly reason: string }[]
}

/** What a run says of the screen that it was trained on: shifts count as much as their edge is probable. */
export function claimsOf(results: RunResults): Claims {
  const { shift, probability, observed, trained, latents } = results
  const table = (values: Float32Array): Matrix => ({ rows: trained.length, columns: latents.length, values })
  return {
    ...results,
    graph: learnedGraph(results),
    shifts: shift && table(probability ? shift.map((value, at) => value * probability[at]) : shift),
    observedShifts: observed && table(observed.shift),
  }
}

/** No part can be told, for one reason. */
export function withoutTruthParts(reason: string): TruthParts {
  const parts = ['recovery', 'graph', 'geneLists', 'similarPairs'] as const satisfies readonly TruthPart[]
  return {
    recovery: null,
    graph: null,
    geneLists: null,
    similarPairs: null,
    missing: parts.map((part) => ({ part, reason })),
  }
}

export const noTruth = 'The screen is a real one: only simulated screens hold their truth.'
export const fewTrained = 'Graphs are compared over at least two trained perturbations.'
export const noSimilarPairs = 'No two trained perturbations have similar true effects.'

/**
 * What the truth of a simulated screen says of a model or a baseline.
 * @param truth undefined for a real screen
 */
export function againstTruth(claims: Claims, truth: GroundTruth | undefined): TruthParts {
  if (!truth) return withoutTruthParts(noTruth)
  const missing: TruthParts['missing'] = []
  const orMissing = <Value>(part: TruthPart, value: Value | null, reason: string): Value | null => {
    if (value === null) missing.push({ part, reason })
    return value
  }
  const rows = trainedRows(claims)
  const { graph } = claims
  const programmes = truth.programmes && {
    rows: claims.screen.counts.genes,
    columns: truth.latents.length,
    values: truth.programmes,
  }
  const geneScores = {
    rows: claims.screen.counts.genes,
    columns: claims.latents.length,
    values: claims.geneScores,
  }
  const trueShifts = { rows: claims.trained.length, columns: truth.latents.length, values: truth.shifts }
  return {
    recovery: recovery(claims, truth),
    graph: orMissing(
      'graph',
      graph && rows.length >= 2 ? graphEvaluation(claims, graph, truth) : null,
      graph ? fewTrained : 'The model knows of no perturbations, so it has no graph.',
    ),
    geneLists: orMissing(
      'geneLists',
      programmes &&
        geneListRecovery(programmes, truth.latents, geneScores, matchOnTrainingCells(claims, truth)),
      programmes
        ? 'No gene of a true programme is in the prepared screen.'
        : 'The true latents of the sandbox act through a network: they have no lists of genes.',
    ),
    similarPairs: orMissing(
      'similarPairs',
      similarPairs(trueSimilarPairs(trueShifts, rows), claims.shifts, claims.observedShifts),
      noSimilarPairs,
    ),
    missing,
  }
}
