import type { ModelRecipe } from '@contract/recipe'
import type { Model } from '../compute/model'
import { publishedBody } from './body'
import { publishedForm, svaePlus } from './svaePlus'

/** What a model must know of the screen it is trained on. */
export interface ScreenSize {
  readonly genes: number
  /** All perturbations of the screen, held-out ones included, controls not. */
  readonly perturbations: number
  readonly trainingCells: number
}

/** A recipe whose α is filled in. */
export type ModelConfiguration = ModelRecipe & { alpha: number }

/**
 * Fills in α: the number of perturbations K of the prepared screen, held-out ones included, as the paper's Beta(1, K)
 * over all rows of the mask. At least 1, where the prior is flat.
 */
export function completeConfiguration(recipe: ModelRecipe, perturbations: number): ModelConfiguration {
  return { ...recipe, alpha: recipe.alpha ?? Math.max(1, perturbations) }
}

/** The model that a configuration names, with the published body. */
export function createModel(configuration: ModelConfiguration, size: ScreenSize): Model {
  const { genes, perturbations, trainingCells } = size
  const body = { ...publishedBody, genes, perturbations, latents: configuration.latents }
  return svaePlus(body, { ...publishedForm, alpha: configuration.alpha, trainingCells })
}
