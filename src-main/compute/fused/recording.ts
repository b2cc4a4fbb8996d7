import type { EncoderInput, LossTerms, Model, ModelInput, Posterior } from '../model'
import type { Operations } from '../operations'

/** What an operation of a recorded pass is, with its inputs. */
export type Recorded =
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'logCounts' }
  | { readonly kind: 'counts' }
  | { readonly kind: 'design' }
  | { readonly kind: 'covariates' }
  | { readonly kind: 'noise'; readonly name: string }
  | { readonly kind: 'latents' }
  | { readonly kind: 'dense'; readonly input: Node; readonly weight: Node; readonly bias: Node | null }
  | {
      readonly kind: 'batchNorm'
      readonly layer: string
      readonly input: Node
      readonly scale: Node
      readonly offset: Node
    }
  | { readonly kind: 'relu'; readonly input: Node }
  | { readonly kind: 'leakyRelu'; readonly input: Node; readonly slope: number }
  | { readonly kind: 'dropout'; readonly input: Node; readonly keep: Node; readonly rate: number }
  | { readonly kind: 'variance'; readonly input: Node; readonly floor: number }
  | { readonly kind: 'sampleGaussian'; readonly mean: Node; readonly variance: Node; readonly noise: Node }
  | { readonly kind: 'gaussianKl'; readonly mean: Node; readonly variance: Node; readonly priorMean: Node }
  | {
      readonly kind: 'maskedGaussianKl'
      readonly mean: Node
      readonly variance: Node
      readonly shift: Node
      readonly maskLogits: Node
    }
  | {
      readonly kind: 'gaussianLogRatio'
      readonly sample: Node
      readonly variance: Node
      readonly noise: Node
    }
  | { readonly kind: 'zeros' }
  | {
      readonly kind: 'negativeBinomial'
      readonly logits: Node
      readonly logInverseDispersion: Node
      readonly meanFloor: number
    }
  | { readonly kind: 'selectRows'; readonly design: Node; readonly matrix: Node }
  | { readonly kind: 'straightThroughSigmoid'; readonly logits: Node; readonly noise: Node }
  | { readonly kind: 'multiply'; readonly a: Node; readonly b: Node }
  | { readonly kind: 'add'; readonly a: Node; readonly b: Node }
  | { readonly kind: 'betaPenalty'; readonly logits: Node; readonly alpha: number }
  | {
      readonly kind: 'bernoulliKl'
      readonly logits: Node
      readonly priorLogits: Node
      readonly presentOnly: boolean
    }
  | { readonly kind: 'probabilitySum'; readonly logits: Node }
  | {
      readonly kind: 'bernoulliLogRatio'
      readonly mask: Node
      readonly logits: Node
      readonly priorProbability: number
    }
  | {
      readonly kind: 'weightedSum'
      readonly terms: readonly { readonly term: Node; readonly weight: number }[]
    }

/** Operations of one kind. */
export type OperationOf<Kind extends Recorded['kind']> = Extract<Recorded, { kind: Kind }>

/** One value of a recorded pass; nodes are numbered in the order in which they are computed. */
export interface Node {
  readonly id: number
  readonly operation: Recorded
  /** A row for each cell, or so many rows. */
  readonly rows: 'cells' | number
  readonly columns: number
}

/** The nodes that an operation reads. */
export function inputsOf(operation: Recorded): Node[] {
  switch (operation.kind) {
    case 'dense':
      return [operation.input, operation.weight, ...(operation.bias ? [operation.bias] : [])]
    case 'batchNorm':
      return [operation.input, operation.scale, operation.offset]
    case 'relu':
    case 'leakyRelu':
    case 'variance':
      return [operation.input]
    case 'dropout':
      return [operation.input, operation.keep]
    case 'sampleGaussian':
      return [operation.mean, operation.variance, operation.noise]
    case 'gaussianKl':
      return [operation.mean, operation.variance, operation.priorMean]
    case 'maskedGaussianKl':
      return [operation.mean, operation.variance, operation.shift, operation.maskLogits]
    case 'gaussianLogRatio':
      return [operation.sample, operation.variance, operation.noise]
    case 'negativeBinomial':
      return [operation.logits, operation.logInverseDispersion]
    case 'selectRows':
      return [operation.design, operation.matrix]
    case 'straightThroughSigmoid':
      return [operation.logits, operation.noise]
    case 'multiply':
    case 'add':
      return [operation.a, operation.b]
    case 'betaPenalty':
    case 'probabilitySum':
      return [operation.logits]
    case 'bernoulliKl':
      return [operation.logits, operation.priorLogits]
    case 'bernoulliLogRatio':
      return [operation.mask, operation.logits]
    case 'weightedSum':
      return operation.terms.map(({ term }) => term)
    case 'parameter':
    case 'logCounts':
    case 'counts':
    case 'design':
    case 'covariates':
    case 'noise':
    case 'latents':
    case 'zeros':
      return []
  }
}

/**
 * Whether so much of a value is zero that layers read it as lists: counts, and what a ReLU lets through. What is zero
 * there passes no gradient either.
 */
export function isListed({ operation }: Node): boolean {
  switch (operation.kind) {
    case 'logCounts':
    case 'relu':
      return true
    case 'dropout':
      return isListed(operation.input)
    default:
      return false
  }
}

/** A model's pass written down instead of computed. */
export interface Recording {
  readonly nodes: readonly Node[]
  readonly terms: LossTerms<Node> | null
  /** The encoder mean, for a recording of `encode`. */
  readonly encoded: Node | null
  /** For a recording of `posterior`. */
  readonly posterior: Posterior<Node> | null
  /** For a recording of `logLikelihood`. */
  readonly likelihood: Node | null
  readonly observed: ReadonlyMap<string, Node>
}

/** What a recording does not hold is null. */
const nothing = { terms: null, encoded: null, posterior: null, likelihood: null } as const

class Recorder {
  readonly nodes: Node[] = []
  readonly observed = new Map<string, Node>()
  private readonly leaves = new Map<string, Node>()

  constructor(
    private readonly model: Model,
    private readonly training: boolean,
  ) {}

  add(operation: Recorded, rows: 'cells' | number, columns: number): Node {
    const node = { id: this.nodes.length, operation, rows, columns }
    this.nodes.push(node)
    return node
  }

  leaf(name: string, create: () => Node): Node {
    const known = this.leaves.get(name)
    if (known) return known
    const node = create()
    this.leaves.set(name, node)
    return node
  }

  readonly parameter = (name: string): Node =>
    this.leaf(`parameter ${name}`, () => {
      const description = this.model.parameters.find((parameter) => parameter.name === name)
      if (!description) throw new Error(`The model does not describe the parameter ${name}.`)
      const [rows, columns] = description.shape.length === 1 ? [1, ...description.shape] : description.shape
      return this.add({ kind: 'parameter', name }, rows, columns)
    })

  readonly noise = (name: string): Node =>
    this.leaf(`noise ${name}`, () => {
      const description = this.model.noise.find((noise) => noise.name === name)
      if (!description) throw new Error(`The model does not describe the noise ${name}.`)
      return this.add({ kind: 'noise', name }, description.rows, description.columns)
    })

  readonly covariates = (): Node =>
    this.leaf('covariates', () => this.add({ kind: 'covariates' }, 'cells', this.model.covariateLevels))

  readonly observe = (name: string, node: Node): Node => {
    this.observed.set(name, node)
    return node
  }

  input(cells: number): ModelInput<Node> {
    const { genes, perturbations } = this.model
    return {
      cells,
      ...this.encoderInput(),
      counts: this.add({ kind: 'counts' }, 'cells', genes),
      design: this.add({ kind: 'design' }, 'cells', perturbations),
      noise: this.noise,
    }
  }

  encoderInput(): EncoderInput<Node> {
    const logCounts = this.add({ kind: 'logCounts' }, 'cells', this.model.genes)
    return { logCounts, covariates: this.covariates }
  }

  /** What layers need that take no noise. */
  layers() {
    return { operations: this.operations(), parameter: this.parameter, observe: this.observe }
  }

  operations(): Operations<Node> {
    const like = (operation: Recorded, shape: Node): Node => this.add(operation, shape.rows, shape.columns)
    return {
      dense: (input, weight, bias) =>
        this.add({ kind: 'dense', input, weight, bias }, 'cells', weight.rows === 'cells' ? 0 : weight.rows),
      batchNorm: (layer, input, scale, offset) =>
        like({ kind: 'batchNorm', layer, input, scale, offset }, input),
      relu: (input) => like({ kind: 'relu', input }, input),
      leakyRelu: (input, slope) => like({ kind: 'leakyRelu', input, slope }, input),
      dropout: (input, keep, rate) =>
        this.training ? like({ kind: 'dropout', input, keep: keep(), rate }, input) : input,
      variance: (input, floor) => like({ kind: 'variance', input, floor }, input),
      sampleGaussian: (mean, variance, noise) =>
        like({ kind: 'sampleGaussian', mean, variance, noise }, mean),
      gaussianKl: (mean, variance, priorMean) =>
        this.add({ kind: 'gaussianKl', mean, variance, priorMean }, mean.rows, 1),
      maskedGaussianKl: (mean, variance, shift, maskLogits) =>
        this.add({ kind: 'maskedGaussianKl', mean, variance, shift, maskLogits }, mean.rows, 1),
      gaussianLogRatio: (sample, variance, noise) =>
        like({ kind: 'gaussianLogRatio', sample, variance, noise }, sample),
      zerosLike: (input) => like({ kind: 'zeros' }, input),
      negativeBinomial: (logits, logInverseDispersion, _counts, meanFloor) =>
        this.add({ kind: 'negativeBinomial', logits, logInverseDispersion, meanFloor }, 'cells', 1),
      selectRows: (design, matrix) =>
        this.add({ kind: 'selectRows', design, matrix }, 'cells', matrix.columns),
      straightThroughSigmoid: (logits, noise) =>
        like({ kind: 'straightThroughSigmoid', logits, noise }, logits),
      multiply: (a, b) => like({ kind: 'multiply', a, b }, a),
      add: (a, b) => like({ kind: 'add', a, b }, a),
      betaPenalty: (logits, alpha) => this.add({ kind: 'betaPenalty', logits, alpha }, 1, 1),
      bernoulliKl: (logits, priorLogits, presentOnly) =>
        this.add({ kind: 'bernoulliKl', logits, priorLogits, presentOnly }, 1, 1),
      probabilitySum: (logits) => this.add({ kind: 'probabilitySum', logits }, 1, 1),
      bernoulliLogRatio: (mask, logits, priorProbability) =>
        like({ kind: 'bernoulliLogRatio', mask, logits, priorProbability }, logits),
      weightedSum: (terms) => this.add({ kind: 'weightedSum', terms }, 1, 1),
    }
  }
}

/** Writes down the loss of a batch of so many cells. The order of nodes depends on nothing but the model and mode. */
export function recordLoss(model: Model, cells: number, klWeight: number, training: boolean): Recording {
  const recorder = new Recorder(model, training)
  const terms = model.loss<Node>({
    operations: recorder.operations(),
    parameter: recorder.parameter,
    input: recorder.input(cells),
    klWeight,
    observe: recorder.observe,
  })
  return { ...nothing, nodes: recorder.nodes, terms, observed: recorder.observed }
}

/** Writes down the encoder alone, as used outside training. */
export function recordEncoder(model: Model): Recording {
  const recorder = new Recorder(model, false)
  const encoded = model.encode<Node>(recorder.layers(), recorder.encoderInput())
  return { ...nothing, nodes: recorder.nodes, encoded, observed: recorder.observed }
}

/** Writes down the encoder with both of its heads, as used outside training. */
export function recordPosterior(model: Model): Recording {
  const recorder = new Recorder(model, false)
  if (!model.posterior) throw new Error('The posterior of this model needs more than counts.')
  const posterior = model.posterior<Node>(recorder.layers(), recorder.encoderInput())
  return { ...nothing, nodes: recorder.nodes, posterior, observed: recorder.observed }
}

/** Writes down the decoder, from latents that are given to the likelihood. */
export function recordDecoder(model: Model): Recording {
  const recorder = new Recorder(model, false)
  const latents = recorder.add({ kind: 'latents' }, 'cells', model.latents)
  const counts = recorder.add({ kind: 'counts' }, 'cells', model.genes)
  const likelihood = model.logLikelihood<Node>(recorder.layers(), latents, {
    counts,
    covariates: recorder.covariates,
  })
  return { ...nothing, nodes: recorder.nodes, likelihood, observed: recorder.observed }
}

/** Weight of every term that is not a sum itself in a scalar: its derivative, as terms enter linearly. */
export function termWeights(scalar: Node): Map<Node, number> {
  const weights = new Map<Node, number>()
  const add = (node: Node, weight: number): void => {
    if (node.operation.kind === 'weightedSum') {
      for (const { term, weight: inner } of node.operation.terms) add(term, weight * inner)
    } else {
      weights.set(node, (weights.get(node) ?? 0) + weight)
    }
  }
  add(scalar, 1)
  return weights
}

/** Kinds of operations that sum up their values or rows themselves. */
const summing: readonly Recorded['kind'][] = [
  'negativeBinomial',
  'gaussianKl',
  'maskedGaussianKl',
  'betaPenalty',
  'bernoulliKl',
  'probabilitySum',
]

/** Whether a node is a term that is summed up where it is computed. */
export function isSumming({ operation: { kind } }: Node): boolean {
  return summing.includes(kind)
}

/** Terms of the loss, and of its reported parts, whose elements are still to be summed up. */
export function elementTerms({ terms }: Recording): Node[] {
  if (!terms) return []
  const scalars = [terms.loss, terms.logLikelihood, terms.kl, ...(terms.sparsity ? [terms.sparsity] : [])]
  const nodes = new Set(scalars.flatMap((scalar) => [...termWeights(scalar).keys()]))
  return [...nodes].filter((node) => !isSumming(node))
}
