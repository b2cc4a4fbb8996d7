import type {
  LossTerms,
  Mechanisms,
  Model,
  ModelInput,
  NamedTensors,
  NoiseDescription,
  ParameterDescription,
  Pass,
} from '../compute/model'
import { decoderTensors, logLikelihood } from './decoder'
import { encode, encodeMean, encoderTensors } from './encoder'

/** Sizes and options of the body that all models share. */
export interface BodyShape {
  readonly genes: number
  readonly latents: number
  /** Perturbations of the screen, held-out ones included: rows of the shift matrix. */
  readonly perturbations: number
  readonly hidden: number
  readonly layers: number
  readonly batchNorm: boolean
  /** Share of encoder units dropped while training. */
  readonly dropout: number
}

/** The body as published. */
export const publishedBody = { hidden: 128, layers: 2, batchNorm: true, dropout: 0.1 } as const

/** The published loss is warmed up and scaled in ways that differ between models: what a model does with the terms. */
export interface Objective<T> {
  readonly loss: T
  readonly sparsity: T | null
}

/** What sets one model of the family apart from another. */
export interface Mechanism {
  readonly parameters: readonly ParameterDescription[]
  readonly noise: readonly NoiseDescription[]
  /** Mean of the prior of each cell's latents, cells × latents; its variance is 1. `means` are those of q(z | x). */
  priorMean<T>(pass: Pass<T>, means: T): T
  /** Probability and shift of every edge, perturbations × latents. */
  mechanisms(parameters: NamedTensors): Mechanisms
  /** Puts the terms together. */
  objective<T>(pass: Pass<T>, terms: { logLikelihood: T; kl: T }, cells: number): Objective<T>
}

const reparameterisation = 'reparameterisation'

/** A variational autoencoder of counts whose prior and penalty are given by a mechanism. */
export function modelOf(name: string, body: BodyShape, mechanism: Mechanism): Model {
  const [encoder, decoder] = [encoderTensors(body), decoderTensors(body)]
  return {
    name,
    genes: body.genes,
    latents: body.latents,
    perturbations: body.perturbations,
    parameters: [...encoder.parameters, ...decoder.parameters, ...mechanism.parameters],
    statistics: [...encoder.statistics, ...decoder.statistics],
    noise: [
      {
        name: reparameterisation,
        purpose: 'reparameterisation',
        index: 0,
        distribution: { kind: 'normal' },
        rows: 'cells',
        columns: body.latents,
        trainingOnly: false,
      },
      ...encoder.noise,
      ...decoder.noise,
      ...mechanism.noise,
    ],
    loss: <T>(pass: Pass<T>): LossTerms<T> => {
      const { operations, observe } = pass
      const input: ModelInput<T> = pass.input
      const layerPass = { ...pass, noise: (noiseName: string) => input.noise(noiseName) }
      const { mean, variance } = encode(layerPass, body, input.logCounts)
      const noise = input.noise(reparameterisation)
      const latents = observe('latent.sample', operations.sampleGaussian(mean, variance, noise))
      const likelihood = observe('logLikelihood', logLikelihood(layerPass, body, latents, input.counts))
      const priorMean = observe('priorMean', mechanism.priorMean(pass, mean))
      const kl = observe('kl', operations.gaussianKl(mean, variance, priorMean))
      const objective = mechanism.objective(pass, { logLikelihood: likelihood, kl }, input.cells)
      return { ...objective, logLikelihood: likelihood, kl }
    },
    mechanisms: (parameters) => mechanism.mechanisms(parameters),
    encode: (pass, logCounts) => encodeMean(pass, body, logCounts),
  }
}
