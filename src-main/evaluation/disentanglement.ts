import { ShiftscopeError } from '@contract/errors'
import { assignRows } from '../numerics/assignment'
import { columnCorrelations, type CorrelationKind } from '../numerics/correlation'
import { explainedVariance } from '../numerics/explainedVariance'
import type { Matrix } from '../numerics/matrix'
import { requireFinite, requireSameRows } from './checks'

/** Which estimated latent stands for which true one. */
export interface LatentMatching {
  /** For each true latent the estimated one, or -1 where there are fewer estimated than true latents. */
  readonly estimateOf: Int32Array
  /** Correlation of each true latent with its estimate, sign included; 0 without one. */
  readonly correlations: Float64Array
  /** All correlations, true × estimated latents. */
  readonly all: Matrix
}

/** `absolute`: latents with flipped sign are the same latent; `signed` only reproduces a published column. */
export type MatchingRule = 'absolute' | 'signed'

/**
 * Matches estimated latents to true ones, one to one, so that the sum of their correlations is greatest (Khemakhem et
 * al. 2020). Rows are cells, or perturbations where only shifts are known.
 * @param truth rows × true latents
 * @param estimate rows × estimated latents, the same rows
 * @throws ShiftscopeError `evaluation/notFinite`, `evaluation/sizesDiffer`, `evaluation/fewRows`
 */
export function matchLatents(
  truth: Matrix,
  estimate: Matrix,
  kind: CorrelationKind = 'pearson',
  rule: MatchingRule = 'absolute',
): LatentMatching {
  checkLatents(truth, estimate)
  const all = columnCorrelations(truth, estimate, kind)
  const cost = { ...all, values: all.values.map((value) => -(rule === 'absolute' ? Math.abs(value) : value)) }
  const estimateOf = assignRows(cost)
  const correlations = Float64Array.from(estimateOf, (column, row) =>
    column < 0 ? 0 : all.values[row * all.columns + column],
  )
  return { estimateOf, correlations, all }
}

/**
 * Mean correlation coefficient: mean absolute correlation of true latents with their estimates, between 0 and 1.
 * A true latent without an estimate counts as 0.
 */
export function meanCorrelation(matching: LatentMatching): number {
  const { correlations } = matching
  return correlations.reduce((sum, value) => sum + Math.abs(value), 0) / correlations.length
}

/** How well latents recover the true ones. */
export interface Disentanglement {
  /** Mean absolute Pearson correlation after matching. */
  readonly pearson: number
  /** Mean absolute Spearman correlation, after a matching of its own. */
  readonly spearman: number
  /** Mean over true latents of the in-sample R² of a linear regression with intercept on all estimated ones. */
  readonly rSquared: number
}

/**
 * Pearson and Spearman mean correlation coefficient and R² (Lopez et al. 2023, section 4.1).
 * @param truth cells × true latents
 * @param estimate cells × estimated latents
 * @throws ShiftscopeError as `matchLatents`
 */
export function disentanglement(truth: Matrix, estimate: Matrix): Disentanglement {
  const shares = explainedVariance(truth, estimate)
  return {
    pearson: meanCorrelation(matchLatents(truth, estimate, 'pearson')),
    spearman: meanCorrelation(matchLatents(truth, estimate, 'spearman')),
    rSquared: shares.reduce((sum, share) => sum + share, 0) / shares.length,
  }
}

function checkLatents(truth: Matrix, estimate: Matrix): void {
  requireSameRows(truth, estimate, 'table of true latents', 'table of estimated latents')
  if (truth.rows < 2 || truth.columns === 0 || estimate.columns === 0) {
    throw new ShiftscopeError({
      code: 'evaluation/fewRows',
      message: `Correlations need at least two rows and one latent on either side, not ${truth.rows} rows.`,
      hint: 'Evaluate on a part of the screen that has cells.',
    })
  }
  requireFinite(truth, 'table of true latents')
  requireFinite(estimate, 'table of estimated latents')
}
