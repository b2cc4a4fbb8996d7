import type { Model } from '../compute/model'
import { modelOf, type BodyShape } from './body'
import { cellMeans } from './cellMeans'

export interface VaeOptions {
  /** Further weight of the KL term: 1 for the VAE, more for the β-VAE. */
  readonly beta: number
}

/**
 * VAE (Kingma and Welling 2014) and β-VAE (Higgins et al. 2017): prior N(0, 1), which knows of no perturbations. The
 * loss is mean over cells(-log p(x | z) + β w KL) with warm-up weight w.
 */
export function vae(name: 'vae' | 'beta-vae', body: BodyShape, { beta }: VaeOptions): Model {
  return modelOf(name, body, {
    parameters: [],
    noise: [],
    shiftsAre: 'priorMean',
    addsParts: false,
    shifts: () => null,
    mechanisms: () => null,
    objective: (pass, terms) => {
      const klWeight = beta * pass.klWeight
      return {
        loss: pass.operations.weightedSum(cellMeans(pass, terms, { klWeight, factor: 1 })),
        sparsity: null,
      }
    },
  })
}
