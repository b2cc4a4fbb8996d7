import type { ModelRecipe } from '@contract/recipe'
import type { ModelState } from '../compute/executor'
import { sizeOf, type Model, type NamedTensors } from '../compute/model'
import { fixedMaskTensor, maskLogitTensor, shiftTensor } from './maskedShift'

/**
 * Stages of a model, in the order in which the published transfer protocol goes through them:
 * - `joint`: everything is trained, the mask among it,
 * - `fixedMask`: the mask is binarised and stays; everything else is trained,
 * - `shifts`: nothing but the shifts is trained.
 */
export const modelStages = ['joint', 'fixedMask', 'shifts'] as const
export type ModelStage = (typeof modelStages)[number]

/**
 * Whether BatchNorm's running statistics stay as they are while only shifts are trained. The published code keeps
 * those of encoder and decoder for sVAE+, and only those of the decoder for the other models.
 */
function staysStill(statistic: string, model: ModelRecipe['model']): boolean {
  return model === 'svae-plus' || statistic.startsWith('decoder.')
}

/** A model of which nothing is trained but its shifts. Dropout and the statistics of each batch act as before. */
export function onlyShiftsTrained(model: Model, name: ModelRecipe['model']): Model {
  return {
    ...model,
    parameters: model.parameters.map((parameter) => ({
      ...parameter,
      trained: parameter.name === shiftTensor,
    })),
    statistics: model.statistics.map((statistic) => ({
      ...statistic,
      moves: !staysStill(statistic.name, name),
    })),
  }
}

/** 1 where a logit stands for an edge, sigmoid(logit) > 0.5, and in every row of a held-out perturbation. */
function binarised(logits: Float32Array, heldOut: readonly boolean[]): Float32Array {
  const latents = logits.length / heldOut.length
  return logits.map((logit, at) => (heldOut[Math.floor(at / latents)] || logit > 0 ? 1 : 0))
}

/** Shifts with those of held-out perturbations at 0, where their cells count as control cells. */
function withoutHeldOut(shifts: Float32Array, heldOut: readonly boolean[]): Float32Array {
  const latents = shifts.length / heldOut.length
  return shifts.map((shift, at) => (heldOut[Math.floor(at / latents)] ? 0 : shift))
}

/**
 * The values with which a model with a fixed mask starts: those of the joint stage, its mask binarised, the shifts of
 * held-out perturbations at 0 and every edge of theirs there. The optimiser starts anew.
 * @param model of the stage `fixedMask`
 * @param before values at the end of the stage `joint`
 * @param heldOut for each perturbation whether it is held out
 */
export function stateWithFixedMask(
  model: Model,
  before: ModelState,
  heldOut: readonly boolean[],
): ModelState {
  const { parameters } = before
  const values: [string, Float32Array][] = model.parameters.map(({ name }) => {
    if (name === fixedMaskTensor) return [name, binarised(parameters[maskLogitTensor], heldOut)]
    if (name === shiftTensor) return [name, withoutHeldOut(parameters[name], heldOut)]
    return [name, parameters[name].slice()]
  })
  return withNewOptimiser(model, Object.fromEntries(values), before.statistics)
}

/** The same values for another stage of the model; the optimiser starts anew. */
export function withNewOptimiser(
  model: Model,
  parameters: NamedTensors,
  statistics: NamedTensors,
): ModelState {
  const zeros = (): NamedTensors =>
    Object.fromEntries(model.parameters.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]))
  return {
    parameters,
    statistics,
    adam: { steps: 0, firstMoments: zeros(), secondMoments: zeros() },
  }
}
