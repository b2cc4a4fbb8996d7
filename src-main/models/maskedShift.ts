import { sigmoid } from '../numerics/specialFunctions'
import type { Mechanisms, NamedTensors, NoiseDescription, ParameterDescription, Pass } from '../compute/model'
import type { BodyShape } from './body'

/** Names of the tensors behind a target graph. */
export const shiftTensor = 'mechanism.shift'
export const maskLogitTensor = 'mechanism.maskLogit'
export const fixedMaskTensor = 'mechanism.fixedMask'

const maskNoise = 'mask'
/** sigmoid(5) = 0.993: every edge starts out present. */
const startingMaskLogit = 5

/**
 * How the mask of a perturbation's shifts is drawn while training:
 * - `perCell`: one Gumbel-sigmoid draw for each cell and latent (published code),
 * - `perPerturbation`: one draw for each perturbation and latent in a batch (as equations 3 and 4 read),
 * - `fixed`: given and not trained (after binarising it).
 */
export type MaskForm = 'perCell' | 'perPerturbation' | 'fixed'

export function maskTensors(
  body: BodyShape,
  form: MaskForm,
): { parameters: ParameterDescription[]; noise: NoiseDescription[] } {
  const shape = [body.perturbations, body.latents]
  const shift: ParameterDescription = { name: shiftTensor, shape, start: { kind: 'normal' }, trained: true }
  if (form === 'fixed') {
    const mask: ParameterDescription = {
      name: fixedMaskTensor,
      shape,
      start: { kind: 'constant', value: 1 },
      trained: false,
    }
    return { parameters: [shift, mask], noise: [] }
  }
  return {
    parameters: [
      shift,
      {
        name: maskLogitTensor,
        shape,
        start: { kind: 'constant', value: startingMaskLogit },
        trained: true,
      },
    ],
    noise: [
      {
        name: maskNoise,
        purpose: 'maskNoise',
        index: 0,
        distribution: { kind: 'logistic' },
        rows: form === 'perCell' ? 'cells' : body.perturbations,
        columns: body.latents,
        trainingOnly: false,
      },
    ],
  }
}

/**
 * Prior mean of each cell, cells × latents: mask · shift of its perturbation. The row of a control cell in the design
 * is zero, and so is its prior mean.
 */
export function maskedShift<T>(pass: Pass<T>, form: MaskForm): T {
  const { operations, parameter, input, observe } = pass
  const shift = operations.selectRows(input.design, parameter(shiftTensor))
  switch (form) {
    case 'fixed':
      return operations.multiply(shift, operations.selectRows(input.design, parameter(fixedMaskTensor)))
    case 'perCell': {
      const logits = operations.selectRows(input.design, parameter(maskLogitTensor))
      const mask = observe('mask', operations.straightThroughSigmoid(logits, input.noise(maskNoise)))
      return operations.multiply(shift, mask)
    }
    case 'perPerturbation': {
      const drawn = operations.straightThroughSigmoid(parameter(maskLogitTensor), input.noise(maskNoise))
      const mask = observe('mask', operations.selectRows(input.design, drawn))
      return operations.multiply(shift, mask)
    }
  }
}

/** Edge probabilities (those of the mask, or the fixed mask itself) and shifts. */
export function maskedMechanisms(parameters: NamedTensors, form: MaskForm): Mechanisms {
  const probability =
    form === 'fixed' ? parameters[fixedMaskTensor].slice() : parameters[maskLogitTensor].map(sigmoid)
  return { probability, shift: parameters[shiftTensor].slice() }
}
