import type { Model, NamedTensors, ParameterDescription, Pass } from '../compute/model'
import { sigmoid } from '../numerics/specialFunctions'
import { modelOf, type BodyShape, type Mechanism, type Shifts } from './body'
import { cellMeans } from './cellMeans'
import { maskLogitTensor, shiftTensor, startingMaskLogit } from './maskedShift'

const shiftScaleTensor = 'mechanism.logShiftScale'
const priorLogitTensor = 'mechanism.priorLogit'
const cellShareTensor = 'mechanism.cellShare'

const maskNoise = 'mask'
const shiftNoise = 'shift'

/** Smallest standard deviation of q(shift). */
const scaleFloor = 1e-4
/** Shifts start out known to a tenth of the prior's standard deviation. */
const startingLogScale = Math.log(0.1)

/**
 * How the evidence lower bound is computed:
 * - `closed`: shifts are prior means on the body of the family, all divergences in closed form, the bound of the whole
 *   screen as in sVAE+;
 * - `drawn`: shifts are added to basal latents that an encoder conditioned on them finds, all divergences by the same
 *   draw, perturbations weighted by one over their number of cells, as the published implementation does.
 */
export type SamsVaeForm = 'closed' | 'drawn'

export interface SamsVaeOptions {
  readonly form: SamsVaeForm
  /** Prior probability of an edge, over 0 and under 1. */
  readonly edgeProbability: number
  readonly trainingCells: number
  /** Training cells that carry each perturbation; those with none have no weight. */
  readonly cellsOfPerturbations: readonly number[]
}

function tensorsOf(body: BodyShape, options: SamsVaeOptions): Pick<Mechanism, 'parameters' | 'noise'> {
  const { perturbations, latents } = body
  const shape = [perturbations, latents]
  const constant = (name: string, value: number, trained: boolean): ParameterDescription => ({
    name,
    shape,
    start: { kind: 'constant', value },
    trained,
  })
  const drawn = { index: 0, rows: perturbations, columns: latents, trainingOnly: false } as const
  const cellShares = Array.from({ length: perturbations * latents }, (_, at) => {
    const cells = options.cellsOfPerturbations[Math.floor(at / latents)]
    return cells > 0 ? 1 / cells : 0
  })
  const { edgeProbability } = options
  return {
    parameters: [
      { name: shiftTensor, shape, start: { kind: 'normal' }, trained: true },
      constant(shiftScaleTensor, startingLogScale, true),
      constant(maskLogitTensor, startingMaskLogit, true),
      options.form === 'drawn'
        ? { name: cellShareTensor, shape, start: { kind: 'values', values: cellShares }, trained: false }
        : constant(priorLogitTensor, Math.log(edgeProbability / (1 - edgeProbability)), false),
    ],
    noise: [
      { ...drawn, name: maskNoise, purpose: 'maskNoise', distribution: { kind: 'logistic' } },
      { ...drawn, name: shiftNoise, purpose: 'shiftNoise', distribution: { kind: 'normal' } },
    ],
  }
}

/** Draws one mask and one shift for each perturbation of the screen; a cell gets the sum of those it carries. */
function drawShifts<T>(pass: Pass<T>, { form, edgeProbability }: SamsVaeOptions): Shifts<T> {
  const { operations, parameter, input, observe } = pass
  const logits = parameter(maskLogitTensor)
  const mask = observe('mask', operations.straightThroughSigmoid(logits, input.noise(maskNoise)))
  const mean = parameter(shiftTensor)
  const scale = operations.variance(parameter(shiftScaleTensor), scaleFloor)
  const variance = operations.multiply(scale, scale)
  const noise = input.noise(shiftNoise)
  const shift = observe('shift', operations.sampleGaussian(mean, variance, noise))
  const ofCells = observe(
    'shiftOfCell',
    operations.selectRows(input.design, operations.multiply(mask, shift)),
  )
  if (form === 'closed') {
    const ofShifts = operations.gaussianKl(mean, variance, operations.zerosLike(mean))
    const ofMask = operations.bernoulliKl(logits, parameter(priorLogitTensor), false)
    const terms = [ofShifts, ofMask].map((term) => ({ term, weight: 1 }))
    return { ofCells, maskLogits: null, divergence: operations.weightedSum(terms) }
  }
  const share = parameter(cellShareTensor)
  const toCells = (ratio: T): T => operations.selectRows(input.design, operations.multiply(ratio, share))
  const ofShifts = observe('shiftDivergence', toCells(operations.gaussianLogRatio(shift, variance, noise)))
  const ofMask = observe(
    'maskDivergence',
    toCells(operations.bernoulliLogRatio(mask, logits, edgeProbability)),
  )
  return { ofCells, maskLogits: null, divergence: operations.add(ofShifts, ofMask) }
}

/** Probabilities of the mask and means of the shifts. */
function mechanisms(parameters: NamedTensors) {
  return { probability: parameters[maskLogitTensor].map(sigmoid), shift: parameters[shiftTensor].slice() }
}

/**
 * Additive SAMS-VAE (Bereket and Karaletsos 2023): a cell's latents are shifted by the sum over its perturbations of
 * mask · shift, so that a combination shares the parameters of its parts. Both have priors, shift N(0, 1) and mask
 * Bernoulli, and mean-field posteriors. The loss with warm-up weight w and n training cells is
 *
 *   closed: n · mean over cells(-log p(x | z) + w KL(z)) + w (KL(shift) + KL(mask))
 *   drawn:  mean over cells(-log p(x | z) + w KL(z) + w Σ over its perturbations a of (KL(shift_a) + KL(mask_a)) / n_a)
 */
export function samsVae(body: BodyShape, options: SamsVaeOptions): Model {
  const { form, trainingCells } = options
  return modelOf('sams-vae', body, {
    ...tensorsOf(body, options),
    shiftsAre: form === 'closed' ? 'priorMean' : 'added',
    addsParts: true,
    shifts: (pass) => drawShifts(pass, options),
    mechanisms,
    objective: (pass, terms) => {
      const { operations, klWeight, input } = pass
      const factor = form === 'closed' ? trainingCells : 1
      const means = cellMeans(pass, terms, { klWeight, factor })
      if (terms.divergence === null) return { loss: operations.weightedSum(means), sparsity: null }
      const weight = form === 'closed' ? klWeight : klWeight / input.cells
      const loss = operations.weightedSum([...means, { term: terms.divergence, weight }])
      return { loss, sparsity: terms.divergence }
    },
  })
}
