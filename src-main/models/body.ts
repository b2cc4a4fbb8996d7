import type {
  LossTerms,
  Mechanisms,
  Model,
  NamedTensors,
  NoiseDescription,
  ParameterDescription,
  Pass,
} from '../compute/model'
import { decoderTensors, logLikelihood } from './decoder'
import { encode, encodeMean, encoderTensors } from './encoder'
import type { LayerPass } from './layers'

/** Sizes and options of the body that all models share. */
export interface BodyShape {
  readonly genes: number
  /** Latents that perturbations may shift. */
  readonly latents: number
  /** Latents beside them that nothing shifts: their prior is N(0, 1) in every cell. */
  readonly contentLatents: number
  /** Perturbations of the screen, held-out ones included: rows of the shift matrix. */
  readonly perturbations: number
  /** As in `Model`. */
  readonly covariateLevels: number
  readonly hidden: number
  readonly layers: number
  readonly batchNorm: boolean
  /** Residual layers with leaky ReLU and a least mean of 1e-4, as in the published SAMS-VAE. */
  readonly residual: boolean
  /** Share of encoder units dropped while training. */
  readonly dropout: number
}

/** The body as published. */
export const publishedBody = {
  hidden: 128,
  layers: 2,
  batchNorm: true,
  residual: false,
  dropout: 0.1,
} as const

/** The published loss is warmed up and scaled in ways that differ between models: what a model does with the terms. */
export interface Objective<T> {
  readonly loss: T
  readonly sparsity: T | null
}

/** What the perturbations of a batch do to the latents. */
export interface Shifts<T> {
  /** Shift of each cell, cells × shifted latents. */
  readonly ofCells: T
  /**
   * Where the divergence of each cell is to be averaged over a mask of its shifts: the mask's logits, cells ×
   * shifted latents; null where the mask is in the shifts already.
   */
  readonly maskLogits: T | null
  /**
   * Divergence of what was drawn for perturbations from its prior, a term of the objective whose elements are summed;
   * null where nothing is drawn that has a prior of its own.
   */
  readonly divergence: T | null
}

/** Terms that an objective is made of. */
export interface ObjectiveTerms<T> {
  /** Of each cell. */
  readonly logLikelihood: T
  /** Of each cell (and latent, where it is estimated by a draw). */
  readonly kl: T
  /** As in `Shifts`. */
  readonly divergence: T | null
}

/** What sets one model of the family apart from another. */
export interface Mechanism {
  readonly parameters: readonly ParameterDescription[]
  readonly noise: readonly NoiseDescription[]
  /**
   * How shifts act: as mean of the prior N(shift, 1) of the latents, whose divergence then has a closed form, or added
   * to basal latents with prior N(0, 1), which the encoder finds given counts and shift, and whose divergence is
   * estimated by the draw.
   */
  readonly shiftsAre: 'priorMean' | 'added'
  /** As in `Model`. */
  readonly addsParts: boolean
  /** Null for a model that knows of no perturbations. */
  shifts<T>(pass: Pass<T>): Shifts<T> | null
  /** Probability and shift of every edge, perturbations × latents; null likewise. */
  mechanisms(parameters: NamedTensors): Mechanisms | null
  /** Puts the terms together. */
  objective<T>(pass: Pass<T>, terms: ObjectiveTerms<T>): Objective<T>
}

const reparameterisation = 'reparameterisation'

/** All latents that the encoder finds and the decoder takes: the shifted ones first. */
export function allLatents({ latents, contentLatents }: BodyShape): number {
  return latents + contentLatents
}

/** Ones where a shifted latent has its place among all latents, all × shifted. */
const placementTensor = 'latents.placement'

function placementOf(body: BodyShape): ParameterDescription {
  const rows = allLatents(body)
  const values = Array.from({ length: rows * body.latents }, (_, at) =>
    Number(Math.floor(at / body.latents) === at % body.latents),
  )
  return {
    name: placementTensor,
    shape: [rows, body.latents],
    start: { kind: 'values', values },
    trained: false,
  }
}

/** What belongs to shifted latents beside zeros for content latents: cells × shifted → cells × all. */
function besideContent<T>({ operations, parameter }: LayerPass<T>, body: BodyShape, ofShifted: T): T {
  return body.contentLatents === 0 ? ofShifted : operations.dense(ofShifted, parameter(placementTensor), null)
}

/** Draws latents from q and estimates or computes their divergence from the prior. */
function drawLatents<T>(
  pass: Pass<T> & LayerPass<T>,
  body: BodyShape,
  shiftsAre: Mechanism['shiftsAre'],
  shifts: Shifts<T> | null,
): { latents: T; kl: T } {
  const { operations, observe, input } = pass
  const noise = input.noise(reparameterisation)
  const placed = (ofShifted: T): T => besideContent(pass, body, ofShifted)
  if (shiftsAre === 'added' && shifts) {
    const { mean, variance } = encode(pass, body, input, shifts.ofCells)
    const basal = observe('latent.basal', operations.sampleGaussian(mean, variance, noise))
    const kl = operations.gaussianLogRatio(basal, variance, noise)
    return { latents: operations.add(basal, placed(shifts.ofCells)), kl }
  }
  const { mean, variance } = encode(pass, body, input)
  const latents = operations.sampleGaussian(mean, variance, noise)
  if (shifts?.maskLogits) {
    const [ofCells, maskLogits] = [placed(shifts.ofCells), placed(shifts.maskLogits)]
    return { latents, kl: operations.maskedGaussianKl(mean, variance, ofCells, maskLogits) }
  }
  const priorMean = observe('priorMean', shifts ? placed(shifts.ofCells) : operations.zerosLike(mean))
  return { latents, kl: operations.gaussianKl(mean, variance, priorMean) }
}

/** A variational autoencoder of counts whose prior and penalty are given by a mechanism. */
export function modelOf(name: string, body: BodyShape, mechanism: Mechanism): Model {
  const encoder = encoderTensors(body, mechanism.shiftsAre === 'added')
  const decoder = decoderTensors(body)
  return {
    name,
    genes: body.genes,
    latents: allLatents(body),
    shiftedLatents: body.latents,
    perturbations: body.perturbations,
    covariateLevels: body.covariateLevels,
    addsParts: mechanism.addsParts,
    parameters: [
      ...encoder.parameters,
      ...decoder.parameters,
      ...mechanism.parameters,
      ...(body.contentLatents > 0 && mechanism.parameters.length > 0 ? [placementOf(body)] : []),
    ],
    statistics: [...encoder.statistics, ...decoder.statistics],
    noise: [
      {
        name: reparameterisation,
        purpose: 'reparameterisation',
        index: 0,
        distribution: { kind: 'normal' },
        rows: 'cells',
        columns: allLatents(body),
        trainingOnly: false,
      },
      ...encoder.noise,
      ...decoder.noise,
      ...mechanism.noise,
    ],
    loss: <T>(pass: Pass<T>): LossTerms<T> => {
      const { input, observe } = pass
      const layerPass = { ...pass, noise: input.noise }
      const shifts = mechanism.shifts(pass)
      const drawn = drawLatents(layerPass, body, mechanism.shiftsAre, shifts)
      const latents = observe('latent.sample', drawn.latents)
      const likelihood = observe('logLikelihood', logLikelihood(layerPass, body, latents, input))
      const terms = {
        logLikelihood: likelihood,
        kl: observe('kl', drawn.kl),
        divergence: shifts && shifts.divergence,
      }
      return { ...mechanism.objective(pass, terms), logLikelihood: likelihood, kl: terms.kl }
    },
    mechanismTensors: mechanism.parameters.map(({ name }) => name),
    mechanisms: (parameters) => mechanism.mechanisms(parameters),
    encode: (pass, input) => encodeMean(pass, body, input),
    posterior: mechanism.shiftsAre === 'added' ? null : (pass, input) => encode(pass, body, input),
    logLikelihood: (pass, latents, input) => logLikelihood(pass, body, latents, input),
  }
}
