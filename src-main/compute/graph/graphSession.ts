import { dispose, mul, scalar, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import type { CountMatrix } from '../../screen/countMatrix'
import { adamStep, type AdamSettings } from '../adam'
import { denseDesign } from '../design'
import { DenseRows } from '../denseRows'
import type { Batch, BatchFigures, EncoderPoints, Inspection, ModelState, Session } from '../executor'
import type { LossTerms, Model, NamedTensors } from '../model'
import { densePoints, unitRows } from './encoderPoints'
import { graphOperations, type SeenStatistics } from './graphOperations'
import { columnSums } from './layers'
import { floatsOf } from './probability'
import { Tape, type Value } from './tape'

/** Share of a batch in the running statistics. */
const batchNormMomentum = 0.01
/** Points whose gradients are computed at a time. */
const pointsAtOnce = 256

interface PassRequest {
  readonly batch: Batch
  readonly klWeight: number
  readonly training: boolean
  readonly differentiate: boolean
  readonly observe?: (name: string, tensor: Tensor) => void
}

interface PassResult {
  readonly figures: BatchFigures
  readonly gradients: NamedTensors
}

/** `tidy` for a result that is not made of tensors (which `tidy` itself would search, element by element). */
function computed<Result>(compute: () => Result): Result {
  const results: Result[] = []
  tidy(() => {
    results.push(compute())
  })
  return results[0]
}

function found(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name)
  if (!value) throw new Error(`The model does not describe the parameter ${name}.`)
  return value
}

function figuresOf(terms: LossTerms<Value>, cells: number): BatchFigures {
  const numberOf = (value: Value): number => floatsOf(value.tensor).reduce((total, part) => total + part, 0)
  return {
    cells,
    loss: numberOf(terms.loss),
    logLikelihood: numberOf(terms.logLikelihood),
    kl: numberOf(terms.kl),
    sparsity: terms.sparsity ? numberOf(terms.sparsity) : 0,
  }
}

function gradientsOf(parameters: ReadonlyMap<string, Value>): Record<string, Float32Array> {
  const gradients: Record<string, Float32Array> = {}
  for (const [name, { gradient }] of parameters) if (gradient) gradients[name] = floatsOf(gradient)
  return gradients
}

function copied(tensors: NamedTensors): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(tensors).map(([name, values]) => [name, values.slice()]))
}

/** Runs a model on whichever tfjs backend is active; values live on the host, passes on the backend. */
export class GraphSession implements Session {
  private readonly parameters: Record<string, Float32Array>
  private readonly statistics: Record<string, Float32Array>
  private readonly firstMoments: Record<string, Float32Array>
  private readonly secondMoments: Record<string, Float32Array>
  private adamSteps: number
  private readonly rows = new DenseRows()

  constructor(
    readonly model: Model,
    state: ModelState,
  ) {
    this.parameters = copied(state.parameters)
    this.statistics = copied(state.statistics)
    this.firstMoments = copied(state.adam.firstMoments)
    this.secondMoments = copied(state.adam.secondMoments)
    this.adamSteps = state.adam.steps
  }

  step(batch: Batch, klWeight: number, adam: AdamSettings): Promise<BatchFigures> {
    const seen: SeenStatistics = new Map()
    const { figures, gradients } = this.pass({ batch, klWeight, training: true, differentiate: true }, seen)
    // A batch whose loss is not a number leaves the values as they were, for the caller to report.
    if (Number.isFinite(figures.loss)) {
      this.moveStatistics(seen, batch.counts.cells, this.statistics)
      this.update(gradients, adam)
    }
    for (const { mean, biasedVariance } of seen.values()) dispose([mean, biasedVariance])
    return Promise.resolve(figures)
  }

  evaluate(batch: Batch, klWeight: number): Promise<BatchFigures> {
    return Promise.resolve(
      this.pass({ batch, klWeight, training: false, differentiate: false }, null).figures,
    )
  }

  inspect(batch: Batch, klWeight: number, mode: 'training' | 'evaluation'): Promise<Inspection> {
    const training = mode === 'training'
    const seen: SeenStatistics = new Map()
    const intermediates: Record<string, Float32Array> = {}
    const observe = (name: string, value: Tensor): void => {
      intermediates[name] = floatsOf(value).slice()
    }
    const { figures, gradients } = this.pass(
      { batch, klWeight, training, differentiate: true, observe },
      training ? seen : null,
    )
    const statistics = copied(this.statistics)
    this.moveStatistics(seen, batch.counts.cells, statistics)
    for (const { mean, biasedVariance } of seen.values()) dispose([mean, biasedVariance])
    return Promise.resolve({ figures, gradients, intermediates, statistics })
  }

  encode(counts: CountMatrix): Promise<Float32Array> {
    const { logCounts } = this.rows.fill(counts)
    return Promise.resolve(
      computed(() => {
        const tape = new Tape(false)
        const input = tape.constant(tensor(logCounts, [counts.cells, counts.genes]))
        return floatsOf(this.encodeOn(tape, input).tensor).slice()
      }),
    )
  }

  encoderGradients(points: EncoderPoints): Promise<Float32Array> {
    const { genes, latents } = this.model
    const sums = new Float64Array(genes * latents)
    for (let first = 0; first < points.points; first += pointsAtOnce) {
      const end = Math.min(points.points, first + pointsAtOnce)
      const shape: [number, number] = [end - first, genes]
      const dense = densePoints(points, first, end)
      tidy(() => {
        const tape = new Tape(true)
        const input = tape.variable(tensor(dense.logCounts, shape))
        const factors = tensor(dense.factors, shape)
        const encoded = this.encodeOn(tape, input)
        for (let latent = 0; latent < latents; latent++) {
          const byGene = computed(() => {
            tape.backward(encoded, unitRows(end - first, latents, latent))
            return input.gradient
              ? floatsOf(columnSums(mul(input.gradient, factors)))
              : new Float32Array(genes)
          })
          byGene.forEach((sum, gene) => (sums[gene * latents + latent] += sum))
        }
      })
    }
    return Promise.resolve(Float32Array.from(sums))
  }

  state(): Promise<ModelState> {
    return Promise.resolve({
      parameters: copied(this.parameters),
      statistics: copied(this.statistics),
      adam: {
        steps: this.adamSteps,
        firstMoments: copied(this.firstMoments),
        secondMoments: copied(this.secondMoments),
      },
    })
  }

  close(): void {
    // Tensors live only within a pass: nothing is left to free.
  }

  private encodeOn(tape: Tape, input: Value): Value {
    const parameters = this.parameterValues(tape, 'constant')
    return this.model.encode(
      {
        operations: graphOperations(tape, (name) => this.runningTensor(name), null),
        parameter: (name) => found(parameters, name),
        observe: (_name, value) => value,
      },
      input,
    )
  }

  private pass(request: PassRequest, seen: SeenStatistics | null): PassResult {
    const { batch } = request
    const { perturbations } = this.model
    const dense = this.rows.fill(batch.counts)
    const shape = [batch.counts.cells, batch.counts.genes]
    return computed(() => {
      const tape = new Tape(request.differentiate)
      const parameters = this.parameterValues(tape, 'variable')
      const terms = this.model.loss<Value>({
        operations: graphOperations(tape, (name) => this.runningTensor(name), seen),
        parameter: (name) => found(parameters, name),
        input: {
          cells: batch.counts.cells,
          logCounts: tape.constant(tensor(dense.logCounts, shape)),
          counts: tape.constant(tensor(dense.counts, shape)),
          design: tape.constant(
            tensor(denseDesign(batch.design, perturbations), [batch.counts.cells, perturbations]),
          ),
          noise: (name) => tape.constant(this.noiseTensor(batch, name)),
        },
        klWeight: request.klWeight,
        observe: (name, value) => {
          request.observe?.(name, value.tensor)
          return value
        },
      })
      if (request.differentiate) tape.backward(terms.loss, scalar(1))
      return { figures: figuresOf(terms, batch.counts.cells), gradients: gradientsOf(parameters) }
    })
  }

  private parameterValues(tape: Tape, role: 'constant' | 'variable'): Map<string, Value> {
    return new Map(
      this.model.parameters.map(({ name, shape, trained }) => {
        const values = tensor(this.parameters[name], [...shape])
        return [name, role === 'variable' && trained ? tape.variable(values) : tape.constant(values)]
      }),
    )
  }

  private runningTensor(name: string): Tensor {
    const values = this.statistics[name]
    return tensor(values, [values.length])
  }

  private noiseTensor(batch: Batch, name: string): Tensor {
    const description = this.model.noise.find((noise) => noise.name === name)
    if (!description) throw new Error(`The model does not describe the noise ${name}.`)
    const rows = description.rows === 'cells' ? batch.counts.cells : description.rows
    return tensor(batch.noise[name], [rows, description.columns])
  }

  /** Moves running statistics towards those of a batch; the variance that is kept is unbiased. */
  private moveStatistics(
    seen: SeenStatistics,
    cells: number,
    statistics: Record<string, Float32Array>,
  ): void {
    for (const [layer, { mean, biasedVariance }] of seen) {
      const means = floatsOf(mean)
      const variances = floatsOf(biasedVariance)
      const runningMean = statistics[`${layer}.runningMean`]
      const runningVariance = statistics[`${layer}.runningVariance`]
      for (let unit = 0; unit < means.length; unit++) {
        const unbiased = (variances[unit] * cells) / (cells - 1)
        runningMean[unit] += batchNormMomentum * (means[unit] - runningMean[unit])
        runningVariance[unit] += batchNormMomentum * (unbiased - runningVariance[unit])
      }
    }
  }

  /** Parameters that the loss does not depend on keep their values, decay included. */
  private update(gradients: NamedTensors, adam: AdamSettings): void {
    this.adamSteps += 1
    for (const [name, gradient] of Object.entries(gradients)) {
      adamStep(
        this.parameters[name],
        gradient,
        this.firstMoments[name],
        this.secondMoments[name],
        this.adamSteps,
        adam,
      )
    }
  }
}
