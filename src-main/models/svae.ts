import type { Model, Pass } from '../compute/model'
import { modelOf, type BodyShape } from './body'
import { cellMeans } from './cellMeans'
import { fixedMaskTensor, maskedShifts, maskLogitTensor, type MaskForm } from './maskedShift'

/**
 * Form of the penalty on the edge probabilities q:
 * - `mean`: α · mean(q), beside the mean over cells (published code),
 * - `sum`: α · Σ q / n, which is the Laplace prior of the paper divided by the number of training cells as the rest of
 *   the objective is.
 */
export type SvaePenalty = 'mean' | 'sum'

export interface SvaeOptions {
  /** Strength of the penalty. */
  readonly alpha: number
  readonly trainingCells: number
  readonly penalty: SvaePenalty
  readonly mask: Extract<MaskForm, 'perCell' | 'fixed'>
}

/**
 * sVAE (Lachapelle et al. 2022) for counts: prior N(mask · shift, 1) with an L1 penalty on the mask's probabilities. The
 * loss is mean over cells(-log p(x | z) + w KL) + penalty; the warm-up weight w does not touch the penalty. With a
 * fixed mask the penalty is a constant.
 */
export function svae(body: BodyShape, { alpha, trainingCells, penalty, mask }: SvaeOptions): Model {
  const edges = body.perturbations * body.latents

  /** Σ q. */
  function present<T>({ operations, parameter }: Pass<T>): T {
    return mask === 'fixed'
      ? parameter(fixedMaskTensor)
      : operations.probabilitySum(parameter(maskLogitTensor))
  }

  return modelOf('svae', body, {
    ...maskedShifts(body, mask),
    objective: (pass, terms) => {
      const { operations, observe, klWeight } = pass
      const strength = penalty === 'mean' ? alpha / edges : alpha
      const sparsity = observe(
        'sparsity',
        operations.weightedSum([{ term: present(pass), weight: strength }]),
      )
      const loss = operations.weightedSum([
        ...cellMeans(pass, terms, { klWeight, factor: 1 }),
        { term: sparsity, weight: penalty === 'mean' ? 1 : 1 / trainingCells },
      ])
      return { loss, sparsity }
    },
  })
}
