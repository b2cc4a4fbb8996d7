import type { EncoderInput, LikelihoodInput, LossTerms, Model, ModelInput, Pass, Posterior } from '../model'
import type { ModelDescription } from './messages'
import type { Program, ProgramStep } from './program'

type Layers<T> = Pick<Pass<T>, 'operations' | 'parameter' | 'observe'>

/** What a program needs besides itself: a loss all of a batch, an encoder its log counts, a decoder its latents. */
type Surroundings<T> = Layers<T> & { readonly input: Partial<ModelInput<T>> & { readonly latents?: T } }

function given<T>(input: T | undefined, what: string): T {
  if (input === undefined) throw new Error(`The program asks for ${what}, which it is not given.`)
  return input
}

/** Computes the steps of a program. */
class Replay<T> {
  readonly values: T[] = []

  constructor(
    private readonly steps: readonly ProgramStep[],
    private readonly around: Surroundings<T>,
  ) {
    for (const step of steps) this.values.push(this.compute(step))
  }

  at(value: number): T {
    return given(this.values[value], `value ${value} before it is computed`)
  }

  private compute({ operation: step, rows, columns }: ProgramStep): T {
    const { operations: on, input } = this.around
    const at = (value: number): T => this.at(value)
    switch (step.kind) {
      case 'parameter':
        return this.around.parameter(step.name)
      case 'logCounts':
        return given(input.logCounts, 'log counts')
      case 'counts':
        return given(input.counts, 'counts')
      case 'design':
        return given(input.design, 'a design')
      case 'covariates':
        return given(input.covariates, 'covariates')()
      case 'noise':
        return given(input.noise, 'noise')(step.name)
      case 'latents':
        return given(input.latents, 'latents')
      case 'dense':
        return on.dense(at(step.input), at(step.weight), step.bias === null ? null : at(step.bias))
      case 'batchNorm':
        return on.batchNorm(step.layer, at(step.input), at(step.scale), at(step.offset))
      case 'relu':
        return on.relu(at(step.input))
      case 'leakyRelu':
        return on.leakyRelu(at(step.input), step.slope)
      case 'dropout':
        return on.dropout(at(step.input), () => at(step.keep), step.rate)
      case 'variance':
        return on.variance(at(step.input), step.floor)
      case 'sampleGaussian':
        return on.sampleGaussian(at(step.mean), at(step.variance), at(step.noise))
      case 'gaussianKl':
        return on.gaussianKl(at(step.mean), at(step.variance), at(step.priorMean))
      case 'maskedGaussianKl':
        return on.maskedGaussianKl(at(step.mean), at(step.variance), at(step.shift), at(step.maskLogits))
      case 'gaussianLogRatio':
        return on.gaussianLogRatio(at(step.sample), at(step.variance), at(step.noise))
      case 'zeros':
        return on.zerosLike(this.firstOfShape(rows, columns))
      case 'negativeBinomial':
        return on.negativeBinomial(
          at(step.logits),
          at(step.logInverseDispersion),
          given(input.counts, 'counts'),
          step.meanFloor,
        )
      case 'selectRows':
        return on.selectRows(at(step.design), at(step.matrix))
      case 'straightThroughSigmoid':
        return on.straightThroughSigmoid(at(step.logits), at(step.noise))
      case 'multiply':
        return on.multiply(at(step.a), at(step.b))
      case 'add':
        return on.add(at(step.a), at(step.b))
      case 'betaPenalty':
        return on.betaPenalty(at(step.logits), step.alpha)
      case 'bernoulliKl':
        return on.bernoulliKl(at(step.logits), at(step.priorLogits), step.presentOnly)
      case 'probabilitySum':
        return on.probabilitySum(at(step.logits))
      case 'bernoulliLogRatio':
        return on.bernoulliLogRatio(at(step.mask), at(step.logits), step.priorProbability)
      case 'weightedSum':
        return on.weightedSum(step.terms.map(({ term, weight }) => ({ term: at(term), weight })))
    }
  }

  /** Zeros are made in the shape of a value that came before them. */
  private firstOfShape(rows: ProgramStep['rows'], columns: number): T {
    return this.at(this.steps.findIndex((step) => step.rows === rows && step.columns === columns))
  }
}

/** A model of which only the programs are known: what is computed are the programs that were set last. */
export class ReplayedModel implements Model {
  readonly name: string
  readonly genes: number
  readonly latents: number
  readonly shiftedLatents: number
  readonly perturbations: number
  readonly covariateLevels: number
  readonly addsParts: boolean
  readonly parameters: Model['parameters']
  readonly statistics: Model['statistics']
  readonly noise: Model['noise']
  readonly mechanismTensors = []
  programs: readonly Program[] = []

  constructor(description: ModelDescription) {
    this.name = description.name
    this.genes = description.genes
    this.latents = description.latents
    this.shiftedLatents = description.shiftedLatents
    this.perturbations = description.perturbations
    this.covariateLevels = description.covariateLevels
    this.addsParts = description.addsParts
    // Start values come with the state: how they were made is not asked here.
    this.parameters = description.parameters.map((tensor) => ({ ...tensor, start: { kind: 'normal' } }))
    this.statistics = description.statistics.map((tensor) => ({ ...tensor, start: { kind: 'normal' } }))
    this.noise = description.noise
  }

  loss<T>(pass: Pass<T>): LossTerms<T> {
    const { steps, terms, observed } = this.programOf('terms')
    const replay = new Replay(steps, pass)
    for (const [name, value] of Object.entries(observed)) pass.observe(name, replay.at(value))
    return {
      loss: replay.at(terms.loss),
      logLikelihood: replay.at(terms.logLikelihood),
      kl: replay.at(terms.kl),
      sparsity: terms.sparsity === null ? null : replay.at(terms.sparsity),
    }
  }

  encode<T>(layers: Layers<T>, input: EncoderInput<T>): T {
    const { steps, encoded } = this.programOf('encoded')
    return new Replay(steps, { ...layers, input }).at(encoded)
  }

  // A property, as it is for models that may have none: it is used without its object.
  readonly posterior = <T>(layers: Layers<T>, input: EncoderInput<T>): Posterior<T> => {
    const { steps, posterior } = this.programOf('posterior')
    const replay = new Replay(steps, { ...layers, input })
    return { mean: replay.at(posterior.mean), variance: replay.at(posterior.variance) }
  }

  logLikelihood<T>(layers: Layers<T>, latents: T, input: LikelihoodInput<T>): T {
    const { steps, likelihood } = this.programOf('likelihood')
    return new Replay(steps, { ...layers, input: { ...input, latents } }).at(likelihood)
  }

  mechanisms(): never {
    throw new Error('What a model has learned is told where the model is known.')
  }

  private programOf<Result extends 'terms' | 'encoded' | 'posterior' | 'likelihood'>(
    result: Result,
  ): Program & { readonly [Given in Result]: NonNullable<Program[Given]> } {
    const gives = (
      program: Program,
    ): program is Program & { readonly [Given in Result]: NonNullable<Program[Given]> } =>
      program[result] !== null
    const found = this.programs.find(gives)
    if (!found) throw new Error(`There is no program for ${result}.`)
    return found
  }
}
