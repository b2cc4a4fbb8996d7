import type { RandomPurpose } from '../numerics/random'
import type { Operations } from './operations'

/** How a tensor is filled at the start of a run. */
export type StartValues =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'values'; readonly values: readonly number[] }
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'normal' }

export interface TensorDescription {
  readonly name: string
  readonly shape: readonly number[]
  readonly start: StartValues
}

export interface ParameterDescription extends TensorDescription {
  /** False for constants of the model, which the optimiser leaves alone. */
  readonly trained: boolean
}

/** A running statistic of BatchNorm. */
export interface StatisticDescription extends TensorDescription {
  /** Whether training moves it towards the statistics of each batch. */
  readonly moves: boolean
}

/** Random numbers that a step needs; they are drawn outside, so that every executor sees the same ones. */
export interface NoiseDescription {
  readonly name: string
  readonly purpose: RandomPurpose
  /** Tells streams of one purpose apart (layers). */
  readonly index: number
  readonly distribution:
    | { readonly kind: 'normal' }
    | { readonly kind: 'logistic' }
    | { readonly kind: 'keep'; readonly rate: number }
  /** Number of rows, or one row for each cell of the batch. */
  readonly rows: number | 'cells'
  readonly columns: number
  /** Not needed outside training (dropout). */
  readonly trainingOnly: boolean
}

/** What a model sees of cells wherever it sees them. */
export interface CellInput<T> {
  /**
   * Which level of each covariate a cell has, cells × levels of all covariates, one-hot; asked for by models with
   * covariates alone.
   */
  readonly covariates: () => T
}

/** What the encoder sees of cells. */
export interface EncoderInput<T> extends CellInput<T> {
  /** log(1 + count), cells × genes. */
  readonly logCounts: T
}

/** What the likelihood sees of cells. */
export interface LikelihoodInput<T> extends CellInput<T> {
  /** cells × genes. */
  readonly counts: T
}

/** What a model sees of a batch. */
export interface ModelInput<T> extends EncoderInput<T>, LikelihoodInput<T> {
  readonly cells: number
  /** Which perturbations each cell carries, cells × K; all zeros for a control cell. */
  readonly design: T
  readonly noise: (name: string) => T
}

/** Everything a model needs to run forward on one batch. */
export interface Pass<T> {
  readonly operations: Operations<T>
  readonly parameter: (name: string) => T
  readonly input: ModelInput<T>
  /** Weight of the KL term in this epoch (warm-up), between 0 and 1. */
  readonly klWeight: number
  /** Shows an intermediate by name to whoever inspects the pass. */
  readonly observe: (name: string, value: T) => T
}

/** Values by tensor name. */
export type NamedTensors = Readonly<Record<string, Float32Array>>

/** Which perturbation shifts which latent, perturbations × shifted latents row-major. */
export interface Mechanisms {
  /** Probability of each edge; null for models that shift every latent and say nothing of edges. */
  readonly probability: Float32Array | null
  /** Shift of the prior mean against control. */
  readonly shift: Float32Array
}

/** The normal distribution from which the latents of each cell are drawn, cells × latents. */
export interface Posterior<T> {
  readonly mean: T
  readonly variance: T
}

/** Terms of the loss. `loss` is what is minimised; the others are reported. */
export interface LossTerms<T> {
  /** Scalar. */
  readonly loss: T
  /** Of each cell. */
  readonly logLikelihood: T
  /** Of each cell, before its weight. */
  readonly kl: T
  /** Scalar, before its weight; null for models without. */
  readonly sparsity: T | null
}

/**
 * A model, told once for every executor: its tensors, its random numbers, and its forward pass in terms of
 * `Operations`. It holds no values.
 */
export interface Model {
  readonly name: string
  readonly genes: number
  /** All latents of a cell. */
  readonly latents: number
  /** How many of them, the first ones, perturbations may shift; the others are content latents with prior N(0, 1). */
  readonly shiftedLatents: number
  readonly perturbations: number
  /** Levels of all covariates together; 0 for a model without covariates. */
  readonly covariateLevels: number
  /**
   * Whether the shifts of a cell's perturbations add up, so that a combination carries the parameters of its parts and
   * has none of its own.
   */
  readonly addsParts: boolean
  readonly parameters: readonly ParameterDescription[]
  readonly statistics: readonly StatisticDescription[]
  readonly noise: readonly NoiseDescription[]
  loss<T>(pass: Pass<T>): LossTerms<T>
  /** Mean of q(z | x), cells × latents. */
  encode<T>(pass: Pick<Pass<T>, 'operations' | 'parameter' | 'observe'>, input: EncoderInput<T>): T
  /**
   * Mean and variance of q(z | x), cells × latents; null for models that draw something else first, on which q(z | x)
   * depends.
   */
  readonly posterior:
    | (<T>(
        pass: Pick<Pass<T>, 'operations' | 'parameter' | 'observe'>,
        input: EncoderInput<T>,
      ) => Posterior<T>)
    | null
  /** log p(x | z) of each cell given its latents: cells × latents, cells × genes → cells. */
  logLikelihood<T>(
    pass: Pick<Pass<T>, 'operations' | 'parameter' | 'observe'>,
    latents: T,
    input: LikelihoodInput<T>,
  ): T
  /** Names of the parameters that `mechanisms` reads. */
  readonly mechanismTensors: readonly string[]
  /** What the model has learned about the perturbations; null for models that do not know of them. */
  mechanisms(parameters: NamedTensors): Mechanisms | null
}

/** Number of elements of a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}
