import { modelOptions, type ModelRecipe } from '@contract/recipe'
import type { Model } from '../compute/model'
import { publishedBody } from './body'
import { ivae } from './ivae'
import { samsVae } from './samsVae'
import { onlyShiftsTrained, type ModelStage } from './stages'
import { svae } from './svae'
import { publishedForm, svaePlus } from './svaePlus'
import { vae } from './vae'

/** What a model must know of the screen it is trained on. */
export interface ScreenSize {
  readonly genes: number
  /** All perturbations of the screen, held-out ones included, controls not. */
  readonly perturbations: number
  /** Levels of all covariates together; 0 without covariates. */
  readonly covariateLevels: number
  readonly trainingCells: number
}

/** β of the β-VAE in the middle of the published grid (8, 10, 30). */
const usualBeta = 10
/** α of sVAE with which the published numbers are best reproduced, of the published grid (10 to 100). */
const usualPenalty = 60
/** Prior probability of an edge in SAMS-VAE. */
const usualEdgeProbability = 0.1

/**
 * Values of the options where the person left them open. The sparsity of sVAE+ is the number of perturbations K of the
 * prepared screen, held-out ones included, as the paper's Beta(1, K) over all rows of the mask; at least 1, where the
 * prior is flat.
 */
function filledOptions(
  { model, alpha, beta, form, edgeProbability, mask, start }: ModelRecipe,
  perturbations: number,
) {
  return {
    alpha: alpha ?? (model === 'svae' ? usualPenalty : Math.max(1, perturbations)),
    beta: beta ?? usualBeta,
    form: form ?? ('code' as const),
    edgeProbability: edgeProbability ?? usualEdgeProbability,
    mask: mask ?? ('drawn' as const),
    start,
  }
}

/** Fills in the options that the model has. */
export function completeConfiguration(recipe: ModelRecipe, perturbations: number): ModelRecipe {
  const filled = filledOptions(recipe, perturbations)
  return {
    ...recipe,
    ...Object.fromEntries(modelOptions[recipe.model].map((option) => [option, filled[option]])),
  }
}

/**
 * The model that a configuration names, in one of its stages and in the published body but for what the configuration
 * says. The mask of the configuration is that of the joint stage.
 */
export function createModel(
  configuration: ModelRecipe,
  size: ScreenSize,
  stage: ModelStage = 'joint',
): Model {
  if (stage === 'shifts') {
    return onlyShiftsTrained(createModel(configuration, size, 'fixedMask'), configuration.model)
  }
  const mask = stage === 'fixedMask' ? 'fixed' : 'perCell'
  const { genes, perturbations, covariateLevels, trainingCells } = size
  const { latents, contentLatents, hidden, dropout } = configuration
  const body = {
    ...publishedBody,
    genes,
    perturbations,
    covariateLevels,
    latents,
    contentLatents,
    hidden,
    dropout,
  }
  const { alpha, beta, form, edgeProbability, mask: maskOption } = filledOptions(configuration, perturbations)
  const ofPaper = form === 'paper'
  switch (configuration.model) {
    case 'vae':
      return vae('vae', body, { beta: 1 })
    case 'beta-vae':
      return vae('beta-vae', body, { beta })
    case 'ivae':
      return ivae(body, { mask: ofPaper ? 'present' : mask })
    case 'svae':
      return svae(body, { alpha, trainingCells, penalty: ofPaper ? 'sum' : 'mean', mask })
    case 'svae-plus': {
      const sparsity = ofPaper ? 'bernoulliBeta' : publishedForm.sparsity
      const masks = { drawn: mask, marginal: stage === 'joint' ? 'marginal' : mask } as const
      return svaePlus(body, { ...publishedForm, alpha, trainingCells, sparsity, mask: masks[maskOption] })
    }
    case 'sams-vae':
      return samsVae(body, { form: 'closed', edgeProbability, trainingCells, cellsOfPerturbations: [] })
  }
}
