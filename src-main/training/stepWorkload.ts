import { modelRecipeSchema, type ModelRecipe } from '@contract/recipe'
import type { Batch } from '../compute/executor'
import type { Model } from '../compute/model'
import { completeConfiguration, createModel } from '../models/createModel'
import { buildBatch } from './batches'
import { syntheticScreen } from './syntheticScreen'

/** Size of a screen whose training step is timed. */
export interface StepShape {
  readonly genes: number
  readonly perturbations: number
  /** Share of counts that are not zero. */
  readonly nonZero: number
}

/** The two screens of the paper, with 128 cells in a batch and 50 latents. */
export const stepShapes: Readonly<Record<'norman' | 'replogle', StepShape>> = {
  norman: { genes: 3000, perturbations: 200, nonZero: 0.1 },
  replogle: { genes: 1187, perturbations: 680, nonZero: 0.4 },
}
export type StepShapeName = keyof typeof stepShapes

/** Cells of a batch. */
export const stepCells = 128
export const stepLatents = 50
const trainingCells = 80_000

/** How a screen of this shape is trained, as in the paper but for what is given. */
export function configurationOfShape(
  { perturbations }: StepShape,
  recipe: Partial<ModelRecipe> = {},
): ModelRecipe {
  return completeConfiguration(
    modelRecipeSchema.parse({ latents: stepLatents, batchSize: stepCells, ...recipe }),
    perturbations,
  )
}

export function modelOfShape(shape: StepShape): Model {
  const { genes, perturbations } = shape
  return createModel(configurationOfShape(shape), { genes, perturbations, covariateLevels: 0, trainingCells })
}

/** A batch of a synthetic screen, with its random numbers. */
export function randomBatch(shape: StepShape, model: Model, seed: number): Batch {
  const cells = Uint32Array.from({ length: stepCells }, (_, cell) => cell)
  return buildBatch(model, syntheticScreen(shape, stepCells, seed), cells, seed, { epoch: 1, batch: 0 })
}
