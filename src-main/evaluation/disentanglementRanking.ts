import { ShiftscopeError } from '@contract/errors'
import { columnCorrelations, rankColumns } from '../numerics/correlation'
import { zeroMatrix, type Matrix } from '../numerics/matrix'
import { median } from '../numerics/statistics'
import { requireFinite, requireSameRows } from './checks'

/** What one trained model says about the cells. */
export interface Representation {
  /** Latent means, cells × latents; the same cells for every model. */
  readonly latents: Matrix
  /** Mean over cells of each latent's divergence from its prior, in nats. */
  readonly meanDivergence: ArrayLike<number>
}

/**
 * `paper`: the two sums over latents are divided by the number of latents in both models together (Duan et al. 2020,
 * equation 3); `meanOfMeans`: each sum is divided by the latents of its own model, and the two are averaged.
 */
export type RankingNormalisation = 'paper' | 'meanOfMeans'

/** A latent whose mean divergence from the prior is no larger, in nats, carries no information and is left out. */
export const informativeDivergence = 0.01

export interface DisentanglementRanking {
  /** Score of each model: median of its similarities to the others, between 0 and 1. */
  readonly scores: Float64Array
  /** Similarity of each pair of models, models × models, 0 on the diagonal. */
  readonly pairs: Matrix
}

/**
 * Unsupervised disentanglement ranking with Spearman similarity (Duan et al. 2020): models of the same setting and
 * different seeds agree on their latents, up to order and sign, only where these are disentangled.
 *
 * For a pair with |Spearman correlations| R of its informative latents the similarity sums max(R)² / ΣR over the rows
 * and over the columns, and normalises.
 * @param models at least two
 * @throws ShiftscopeError `evaluation/fewRuns`, `evaluation/notFinite`, `evaluation/sizesDiffer`
 */
export function disentanglementRanking(
  models: readonly Representation[],
  normalisation: RankingNormalisation = 'paper',
): DisentanglementRanking {
  if (models.length < 2) throw fewRuns(models.length)
  const informative = models.map((model) => {
    requireFinite(model.latents, 'table of latents')
    requireSameRows(models[0].latents, model.latents, 'first table of latents', 'other one')
    return informativeRanks(model)
  })
  const pairs = zeroMatrix(models.length, models.length)
  for (let a = 0; a < models.length; a++) {
    for (let b = 0; b < a; b++) {
      const similarity = pairSimilarity(informative[a], informative[b], normalisation)
      pairs.values[a * models.length + b] = pairs.values[b * models.length + a] = similarity
    }
  }
  const scores = Float64Array.from(models, (_, a) =>
    median(Array.from(models.keys(), (b) => pairs.values[a * models.length + b]).filter((__, b) => b !== a)),
  )
  return { scores, pairs }
}

function informativeRanks({ latents, meanDivergence }: Representation): Matrix {
  const kept = Array.from({ length: latents.columns }, (_, latent) => latent).filter(
    (latent) => meanDivergence[latent] > informativeDivergence,
  )
  const ranks = rankColumns(latents)
  const values = Float64Array.from(
    { length: latents.rows * kept.length },
    (_, i) => ranks.values[Math.floor(i / kept.length) * latents.columns + kept[i % kept.length]],
  )
  return { rows: latents.rows, columns: kept.length, values }
}

function pairSimilarity(a: Matrix, b: Matrix, normalisation: RankingNormalisation): number {
  if (a.columns === 0 || b.columns === 0) return 0
  const correlations = columnCorrelations(a, b, 'pearson').values
  const at = (i: number, j: number) => Math.abs(correlations[i * b.columns + j])
  const ofA = sumOfShares(a.columns, b.columns, at)
  const ofB = sumOfShares(b.columns, a.columns, (j, i) => at(i, j))
  return normalisation === 'paper'
    ? (ofA + ofB) / (a.columns + b.columns)
    : (ofA / a.columns + ofB / b.columns) / 2
}

/** Sum over lines of the largest entry times its share of the line. */
function sumOfShares(lines: number, entries: number, at: (line: number, entry: number) => number): number {
  let sum = 0
  for (let line = 0; line < lines; line++) {
    let largest = 0
    let total = 0
    for (let entry = 0; entry < entries; entry++) {
      largest = Math.max(largest, at(line, entry))
      total += at(line, entry)
    }
    if (total > 0) sum += largest ** 2 / total
  }
  return sum
}

function fewRuns(count: number): ShiftscopeError {
  return new ShiftscopeError({
    code: 'evaluation/fewRuns',
    message: `${count === 1 ? 'One run is' : 'No run is'} not enough to compare runs with each other.`,
    hint: 'Train the same settings with at least two seeds.',
  })
}
