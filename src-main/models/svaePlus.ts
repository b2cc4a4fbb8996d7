import type { Model, Pass } from '../compute/model'
import { modelOf, type BodyShape } from './body'
import { cellMeans } from './cellMeans'
import { maskedShifts, maskLogitTensor, type MaskForm } from './maskedShift'

const priorLogitTensor = 'mechanism.priorLogit'

/**
 * Form of the sparsity term on the edge probabilities q:
 * - `beta`: -Σ log Beta(q; 1, α), as in the published code and behind the published numbers,
 * - `bernoulliBeta`: Σ KL(Bern(q) ‖ Bern(ψ)) - Σ log Beta(ψ; 1, α) with a trained ψ, as in the paper,
 * - `presentBeta`: the same with only q log(q / ψ) of the divergence.
 */
export type SparsityForm = 'beta' | 'bernoulliBeta' | 'presentBeta'

export interface SvaePlusOptions {
  /** Strength of the prior Beta(1, α). */
  readonly alpha: number
  /** Number of training cells: the per-cell mean is multiplied by it, the sparsity term is not. */
  readonly trainingCells: number
  /** Further weight of the KL term. */
  readonly beta: number
  readonly sparsity: SparsityForm
  readonly mask: Exclude<MaskForm, 'present'>
}

/** The form of the published code, which gives the published numbers. */
export const publishedForm = { beta: 1, sparsity: 'beta', mask: 'perCell' } as const

/**
 * sVAE+ (Lopez et al. 2023): prior N(mask · shift, 1) with a learned sparse mask. The loss is
 *
 *   n · mean over cells(-log p(x | z) + β w KL) + w S
 *
 * with n training cells, warm-up weight w and sparsity term S. With a fixed mask there is neither S nor w nor β.
 */
export function svaePlus(body: BodyShape, options: SvaePlusOptions): Model {
  const { alpha, trainingCells, sparsity } = options
  const shifts = maskedShifts(body, options.mask)
  const separatePrior = sparsity !== 'beta' && options.mask !== 'fixed'

  function penalty<T>({ operations, parameter }: Pass<T>): T {
    const logits = parameter(maskLogitTensor)
    if (!separatePrior) return operations.betaPenalty(logits, alpha)
    const priorLogits = parameter(priorLogitTensor)
    return operations.weightedSum([
      { term: operations.bernoulliKl(logits, priorLogits, sparsity === 'presentBeta'), weight: 1 },
      { term: operations.betaPenalty(priorLogits, alpha), weight: 1 },
    ])
  }

  return modelOf('svae-plus', body, {
    ...shifts,
    parameters: separatePrior
      ? [
          ...shifts.parameters,
          {
            name: priorLogitTensor,
            shape: [body.perturbations, body.latents],
            start: { kind: 'constant', value: 1 },
            trained: true,
          },
        ]
      : shifts.parameters,
    objective: (pass, terms) => {
      const { operations, klWeight, observe } = pass
      if (options.mask === 'fixed') {
        const means = cellMeans(pass, terms, { klWeight: 1, factor: trainingCells })
        return { loss: operations.weightedSum(means), sparsity: null }
      }
      const means = cellMeans(pass, terms, { klWeight: options.beta * klWeight, factor: trainingCells })
      const sparsityTerm = observe('sparsity', penalty(pass))
      const loss = operations.weightedSum([...means, { term: sparsityTerm, weight: klWeight }])
      return { loss, sparsity: sparsityTerm }
    },
  })
}
