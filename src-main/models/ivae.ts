import type { Model } from '../compute/model'
import { modelOf, type BodyShape } from './body'
import { cellMeans } from './cellMeans'
import { maskedShifts, type MaskForm } from './maskedShift'

export interface IvaeOptions {
  /**
   * `present`: every perturbation shifts every latent, as in the paper; `perCell`: through a drawn mask that nothing
   * makes sparse, as in the published code; `fixed`: through a given one.
   */
  readonly mask: Extract<MaskForm, 'present' | 'perCell' | 'fixed'>
}

/**
 * iVAE (Khemakhem et al. 2020): prior N(shift, 1). The loss is mean over cells(-log p(x | z) + w KL) with warm-up
 * weight w. It says nothing of edges: with a mask that starts open and has no penalty, none closes for good.
 */
export function ivae(body: BodyShape, { mask }: IvaeOptions): Model {
  const shifts = maskedShifts(body, mask)
  return modelOf('ivae', body, {
    ...shifts,
    mechanisms: (parameters) => {
      const learnt = shifts.mechanisms(parameters)
      return learnt && (mask === 'fixed' ? learnt : { ...learnt, probability: null })
    },
    objective: (pass, terms) => {
      const means = cellMeans(pass, terms, { klWeight: pass.klWeight, factor: 1 })
      return { loss: pass.operations.weightedSum(means), sparsity: null }
    },
  })
}
