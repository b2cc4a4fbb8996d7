import { sigmoid } from '../numerics/specialFunctions'
import type { NamedTensors, NoiseDescription, ParameterDescription, Pass } from '../compute/model'
import type { BodyShape, Mechanism, Shifts } from './body'

/** Names of the tensors behind a target graph. */
export const shiftTensor = 'mechanism.shift'
export const maskLogitTensor = 'mechanism.maskLogit'
export const fixedMaskTensor = 'mechanism.fixedMask'

const maskNoise = 'mask'
/** sigmoid(5) = 0.993: every edge starts out present. */
export const startingMaskLogit = 5

/**
 * How the mask of a perturbation's shifts is drawn while training:
 * - `perCell`: one Gumbel-sigmoid draw for each cell and latent (published code),
 * - `perPerturbation`: one draw for each perturbation and latent in a batch (as equations 3 and 4 read),
 * - `marginal`: not drawn; the divergence of each cell is averaged over the mask, exactly,
 * - `fixed`: given and not trained (after binarising it),
 * - `present`: every edge is there (iVAE as in the paper).
 */
export type MaskForm = 'perCell' | 'perPerturbation' | 'marginal' | 'fixed' | 'present'

function maskTensors(
  body: BodyShape,
  form: MaskForm,
): { parameters: ParameterDescription[]; noise: NoiseDescription[] } {
  const shape = [body.perturbations, body.latents]
  const shift: ParameterDescription = { name: shiftTensor, shape, start: { kind: 'normal' }, trained: true }
  if (form === 'present') return { parameters: [shift], noise: [] }
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
    noise:
      form === 'marginal'
        ? []
        : [
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
function maskedShift<T>(pass: Pass<T>, form: Exclude<MaskForm, 'marginal'>): T {
  const { operations, parameter, input, observe } = pass
  const shift = operations.selectRows(input.design, parameter(shiftTensor))
  switch (form) {
    case 'present':
      return shift
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

/** Shifts and mask logits of each cell, over whose mask the divergence is averaged. */
function averagedShift<T>({ operations, parameter, input, observe }: Pass<T>): Shifts<T> {
  return {
    ofCells: observe('shift', operations.selectRows(input.design, parameter(shiftTensor))),
    maskLogits: operations.selectRows(input.design, parameter(maskLogitTensor)),
    divergence: null,
  }
}

/** Edge probabilities: those of the mask, or the fixed mask itself; null where every edge is there. */
function edgeProbabilities(parameters: NamedTensors, form: MaskForm): Float32Array | null {
  switch (form) {
    case 'present':
      return null
    case 'fixed':
      return parameters[fixedMaskTensor].slice()
    case 'perCell':
    case 'perPerturbation':
    case 'marginal':
      return parameters[maskLogitTensor].map(sigmoid)
  }
}

/** What a mechanism has in common with all others whose shifts are masked prior means. */
export function maskedShifts(
  body: BodyShape,
  form: MaskForm,
): Pick<Mechanism, 'parameters' | 'noise' | 'shiftsAre' | 'addsParts' | 'shifts' | 'mechanisms'> {
  return {
    ...maskTensors(body, form),
    shiftsAre: 'priorMean',
    addsParts: false,
    shifts: (pass) =>
      form === 'marginal'
        ? averagedShift(pass)
        : { ofCells: maskedShift(pass, form), maskLogits: null, divergence: null },
    mechanisms: (parameters) => ({
      probability: edgeProbabilities(parameters, form),
      shift: parameters[shiftTensor].slice(),
    }),
  }
}
