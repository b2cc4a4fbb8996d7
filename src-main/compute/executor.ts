import type { CountMatrix } from '../screen/countMatrix'
import type { AdamSettings } from './adam'
import type { Design } from './design'
import type { Model, NamedTensors } from './model'

/** All values that training changes: what a checkpoint keeps. */
export interface ModelState {
  readonly parameters: NamedTensors
  /** Running statistics of BatchNorm. */
  readonly statistics: NamedTensors
  readonly adam: {
    /** Steps taken. */
    readonly steps: number
    readonly firstMoments: NamedTensors
    readonly secondMoments: NamedTensors
  }
}

/** What was measured of some cells. */
export interface ObservedCells {
  readonly counts: CountMatrix
  /** The level of each covariate that a cell has; null for a model without covariates. */
  readonly covariates: Design | null
}

/** Where in a run random numbers are drawn. */
export interface NoisePosition {
  readonly seed: number
  /** Counted from 1; 0 is validation. */
  readonly epoch: number
  readonly batch: number
}

/** Random numbers of a batch: drawn where they are needed, the same ones by every engine, or given. */
export type BatchNoise =
  | { readonly kind: 'drawn'; readonly position: NoisePosition }
  | {
      readonly kind: 'given'
      /** By the names in the model's description. */
      readonly tensors: NamedTensors
    }

/** Cells of one step with their random numbers. */
export interface Batch extends ObservedCells {
  /** The perturbations that each cell carries. */
  readonly design: Design
  readonly noise: BatchNoise
}

/** Sums over the cells of a batch. */
export interface BatchFigures {
  readonly cells: number
  /** What is minimised. */
  readonly loss: number
  /** Sum over cells, nats. */
  readonly logLikelihood: number
  /** Sum over cells before its weight, nats. */
  readonly kl: number
  /** Before its weight, nats; 0 for models without. */
  readonly sparsity: number
}

export interface Inspection {
  readonly figures: BatchFigures
  readonly gradients: NamedTensors
  /** Intermediates that the model shows, by name. */
  readonly intermediates: NamedTensors
  /** Running statistics after the pass. */
  readonly statistics: NamedTensors
}

/** Points in the space of the encoder's input, as compressed sparse rows. */
export interface EncoderPoints {
  readonly points: number
  readonly genes: number
  /** Where each point's entries begin, and the end of the last. */
  readonly rowStarts: Uint32Array
  /** Ascending within a point. */
  readonly geneIndices: Uint16Array | Uint32Array
  /** Input log(1 + count) of each entry; 0 for every gene without one. */
  readonly logCounts: Float32Array
  /** What the derivative by each entry is multiplied with. */
  readonly factors: Float32Array
  /** As in `ObservedCells`, of each point. */
  readonly covariates: Design | null
}

/**
 * Cells whose importance weights are asked for. The prior of a cell's latents is N(edge · shift, 1), with every edge
 * drawn anew for each particle.
 */
export interface ParticleRequest extends ObservedCells {
  /** Prior mean of each latent where its edge is there, cells × latents. */
  readonly shifts: Float32Array
  /** Log-odds that the edge is there, cells × latents, ±Infinity for certainty; null where all edges are there. */
  readonly edgeLogits: Float32Array | null
  /** Draws of the latents of each cell. */
  readonly particles: number
  readonly noise: ParticleNoise
}

/** Random numbers of particles: drawn where they are needed, or given. */
export type ParticleNoise =
  | {
      readonly kind: 'drawn'
      readonly seed: number
      /** One for each cell: cells with the same number are given the same draws. */
      readonly streams: ArrayLike<number>
    }
  | {
      readonly kind: 'given'
      /** Standard normal draws for the latents, cells × particles × latents. */
      readonly normals: Float32Array
      /** Standard logistic draws for the edges, likewise; not read without `edgeLogits`. */
      readonly logistics: Float32Array
    }

/** Some particles of one cell. */
export interface ParticleBlock {
  /** Row in the request. */
  readonly cell: number
  /** log p(x, z | a) - log q(z | x) of each, nats; overwritten with the next block. */
  readonly logWeights: Float64Array
}

/** A model with values, on a device. Calls must not overlap. */
export interface Session {
  readonly model: Model
  /** Threads of the processor that compute, where the engine has a say in them: those that started. */
  readonly threads?: number
  /** Forward, backward and one step of Adam. */
  step(batch: Batch, klWeight: number, adam: AdamSettings): Promise<BatchFigures>
  /** Forward with running statistics and without dropout; changes nothing. */
  evaluate(batch: Batch, klWeight: number): Promise<BatchFigures>
  /** Forward and backward with every intermediate; changes nothing. For tests and the check of a device. */
  inspect(batch: Batch, klWeight: number, mode: 'training' | 'evaluation'): Promise<Inspection>
  /** Encoder means, cells × latents, with running statistics. */
  encode(cells: ObservedCells): Promise<Float32Array>
  /**
   * Derivatives of the encoder means by their inputs log(1 + count), with running statistics: for every gene and latent
   * the sum over points of factor times derivative, genes × latents. Genes that a point does not store count nothing.
   */
  encoderGradients(points: EncoderPoints): Promise<Float32Array>
  /**
   * Importance weights of draws from q(z | x), with running statistics: cells in order, and within a cell particles in
   * order, a block at a time. The encoder runs once for each cell. Draws depend on nothing but seed, stream, particle
   * and latent. No other call may be made until the last block has been taken or the loop left.
   */
  logWeights(request: ParticleRequest): AsyncIterable<ParticleBlock>
  /** A copy of the parameters of these names. */
  parameters(names: readonly string[]): Promise<NamedTensors>
  /** A copy of all values. */
  state(): Promise<ModelState>
  /** Frees the device's memory. */
  close(): void
}

/** Something that runs models: one per engine and device. */
export interface Executor {
  /** Which engine, for people and for `run.json`. */
  readonly detail: string
  /** Threads of the processor that its sessions ask for, where the engine has a say in them. */
  readonly threads?: number
  open(model: Model, state: ModelState): Session
}
