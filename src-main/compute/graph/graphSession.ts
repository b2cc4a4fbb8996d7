import { concat, dispose, keep, mul, scalar, tensor, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core'
import type { AdamSettings } from '../adam'
import { denseDesign, designOfCells, requireCovariates, type Design } from '../design'
import { DenseRows } from '../denseRows'
import { someCells } from '../cellRows'
import type {
  Batch,
  BatchFigures,
  EncoderPoints,
  Inspection,
  ModelState,
  ObservedCells,
  ParticleBlock,
  ParticleRequest,
  Session,
} from '../executor'
import type { EncoderInput, Model, NamedTensors, Pass, Posterior } from '../model'
import { densePoints, unitRows } from './encoderPoints'
import type { GraphBackend } from './graphBackend'
import { givenNoise, type NoiseSource } from './noiseSource'
import { graphOperations, type SeenStatistics } from './graphOperations'
import {
  disposeOthers,
  movedStatistics,
  readState,
  readTensors,
  valuesAfter,
  valuesOf,
  type GraphValues,
} from './graphValues'
import { columnSums } from './layers'
import { figuresOf, packed, type PackedFigures } from './packedFigures'
import { placeParticles } from './particles'
import { Tape, type Value } from './tape'

/** Points whose gradients are computed at a time. */
const pointsAtOnce = 256
/** Particles of one cell that are weighed at a time. */
const particlesAtOnce = 256

interface PassRequest {
  readonly batch: Batch
  readonly klWeight: number
  readonly training: boolean
  readonly differentiate: boolean
  readonly observe?: (name: string, tensor: Tensor) => void
}

interface PassResult {
  readonly figures: PackedFigures
  readonly gradients: ReadonlyMap<string, Tensor>
  /** Running statistics that the batch moved. */
  readonly statistics: ReadonlyMap<string, Tensor>
}

/** `tidy` for a result that is not made of tensors (which `tidy` itself would search, element by element). */
function computed<Result>(compute: () => Result): Result {
  const results: Result[] = []
  tidy(() => {
    results.push(compute())
  })
  return results[0]
}

function found<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name)
  if (!value) throw new Error(`The model does not describe ${name}.`)
  return value
}

/** Runs a model on a tfjs backend, where its values live between steps. */
export class GraphSession implements Session {
  private values: GraphValues
  private readonly rows = new DenseRows()

  constructor(
    private readonly backend: GraphBackend,
    readonly model: Model,
    state: ModelState,
    private readonly noiseOf: NoiseSource = givenNoise,
  ) {
    backend.activate()
    this.values = valuesOf(model, state)
  }

  async step(batch: Batch, klWeight: number, adam: AdamSettings): Promise<BatchFigures> {
    const before = this.values
    const { figures, after } = this.compute(() => {
      const pass = this.pass({ batch, klWeight, training: true, differentiate: true })
      keep(pass.figures.tensor)
      const moved = valuesAfter(this.backend, before, pass.gradients, pass.statistics, adam)
      return { figures: pass.figures, after: moved }
    })
    const read = await this.readFigures(figures)
    // A batch whose loss is not a number leaves the values as they were, for the caller to report.
    this.values = Number.isFinite(read.loss) ? after : before
    if (this.values === after) disposeOthers(before, after)
    else disposeOthers(after, before)
    return read
  }

  evaluate(batch: Batch, klWeight: number): Promise<BatchFigures> {
    const { figures } = this.compute(() => {
      const pass = this.pass({ batch, klWeight, training: false, differentiate: false })
      keep(pass.figures.tensor)
      return pass
    })
    return this.readFigures(figures)
  }

  async inspect(batch: Batch, klWeight: number, mode: 'training' | 'evaluation'): Promise<Inspection> {
    const observed = new Map<string, Tensor>()
    const pass = this.compute(() => {
      const result = this.pass({
        batch,
        klWeight,
        training: mode === 'training',
        differentiate: true,
        observe: (name, value) => observed.set(name, keep(value)),
      })
      keep(result.figures.tensor)
      for (const kept of [...result.gradients.values(), ...result.statistics.values()]) keep(kept)
      return result
    })
    const { statistics } = await readState(this.backend, this.values)
    return {
      gradients: await this.readAll(pass.gradients),
      intermediates: await this.readAll(observed),
      statistics: { ...statistics, ...(await this.readAll(pass.statistics)) },
      figures: await this.readFigures(pass.figures),
    }
  }

  encode(cells: ObservedCells): Promise<Float32Array> {
    const { logCounts } = this.rows.fill(cells.counts)
    return this.readOnce(
      this.compute(() => {
        const tape = new Tape(false)
        const input = this.encoderInput(tape, logCounts, cells)
        return keep(this.model.encode(this.layersOn(tape), input).tensor)
      }),
    )
  }

  async encoderGradients(points: EncoderPoints): Promise<Float32Array> {
    const { genes, latents } = this.model
    const sums = new Float64Array(genes * latents)
    for (let first = 0; first < points.points; first += pointsAtOnce) {
      const end = Math.min(points.points, first + pointsAtOnce)
      const byLatent = await this.readOnce(this.compute(() => keep(this.gradientSums(points, first, end))))
      byLatent.forEach((sum, at) => (sums[(at % genes) * latents + Math.floor(at / genes)] += sum))
    }
    return Float32Array.from(sums)
  }

  async *logWeights(request: ParticleRequest): AsyncGenerator<ParticleBlock> {
    for (let cell = 0; cell < request.counts.cells; cell++) {
      const ofCell = someCells(request, Uint32Array.of(cell))
      const posterior = await this.posterior(ofCell)
      for (let first = 0; first < request.particles; first += particlesAtOnce) {
        const { latents, logRatios } = placeParticles(request, posterior, cell, first, particlesAtOnce)
        const likelihoods = await this.likelihoodsOf(latents, ofCell)
        yield { cell, logWeights: logRatios.map((ratio, particle) => ratio + likelihoods[particle]) }
      }
    }
  }

  parameters(names: readonly string[]): Promise<NamedTensors> {
    const asked = names.map((name) => [name, found(this.values.parameters, name).values] as const)
    return readTensors(this.backend, asked)
  }

  state(): Promise<ModelState> {
    return readState(this.backend, this.values)
  }

  close(): void {
    disposeOthers(this.values, null)
  }

  /** Runs on this session's backend and frees every tensor that is not kept. */
  private compute<Result>(run: () => Result): Result {
    this.backend.activate()
    return computed(run)
  }

  private async readOnce(held: Tensor): Promise<Float32Array> {
    try {
      return (await this.backend.read(held)).slice()
    } finally {
      dispose(held)
    }
  }

  private async readAll(tensors: ReadonlyMap<string, Tensor>): Promise<Record<string, Float32Array>> {
    const all = await readTensors(this.backend, tensors)
    dispose([...tensors.values()])
    return all
  }

  private async readFigures(figures: PackedFigures): Promise<BatchFigures> {
    return figuresOf(figures, await this.readOnce(figures.tensor))
  }

  /** Sums over some points of factor times derivative, latents × genes. Use inside `compute`. */
  private gradientSums(points: EncoderPoints, first: number, end: number): Tensor {
    const { genes, latents } = this.model
    const dense = densePoints(points, first, end)
    const tape = new Tape(true)
    const input = tape.variable(tensor(dense.logCounts, [end - first, genes]))
    const factors = tensor(dense.factors, [end - first, genes])
    const covariates = this.covariatesOn(
      tape,
      points.covariates && designOfCells(points.covariates, first, end),
    )
    const encoded = this.model.encode(this.layersOn(tape), { logCounts: input, covariates })
    const sums = Array.from({ length: latents }, (_, latent) =>
      tidy(() => {
        tape.backward(encoded, unitRows(end - first, latents, latent))
        return input.gradient ? columnSums(mul(input.gradient, factors)) : zeros([1, genes])
      }),
    )
    return concat(sums, 0)
  }

  /** Means and variances of q(z | x), cells × latents. */
  private async posterior(cells: ObservedCells): Promise<Posterior<Float32Array>> {
    const { logCounts } = this.rows.fill(cells.counts)
    const { posterior: encode } = this.model
    if (!encode) throw new Error('The posterior of this model needs more than counts.')
    const { mean, variance } = this.compute(() => {
      const tape = new Tape(false)
      const posterior = encode(this.layersOn(tape), this.encoderInput(tape, logCounts, cells))
      return { mean: keep(posterior.mean.tensor), variance: keep(posterior.variance.tensor) }
    })
    return { mean: await this.readOnce(mean), variance: await this.readOnce(variance) }
  }

  /** log p(x | z) of the counts of one cell under each row of latents. */
  private likelihoodsOf(latents: Float32Array, cell: ObservedCells): Promise<Float32Array> {
    const particles = latents.length / this.model.latents
    const repeated = someCells(cell, new Uint32Array(particles))
    const { counts } = this.rows.fill(repeated.counts)
    return this.readOnce(
      this.compute(() => {
        const tape = new Tape(false)
        const z = tape.constant(tensor(latents, [particles, this.model.latents]))
        const input = {
          counts: tape.constant(tensor(counts, [particles, this.model.genes])),
          covariates: this.covariatesOn(tape, repeated.covariates),
        }
        return keep(this.model.logLikelihood(this.layersOn(tape), z, input).tensor)
      }),
    )
  }

  private encoderInput(
    tape: Tape,
    logCounts: Float32Array,
    { counts, covariates }: ObservedCells,
  ): EncoderInput<Value> {
    return {
      logCounts: tape.constant(tensor(logCounts, [counts.cells, counts.genes])),
      covariates: this.covariatesOn(tape, covariates),
    }
  }

  /** Levels of cells as a matrix, made when the model asks for it. */
  private covariatesOn(tape: Tape, covariates: Design | null): () => Value {
    return () => {
      const design = requireCovariates(covariates)
      const levels = this.model.covariateLevels
      return tape.constant(tensor(denseDesign(design, levels), [design.starts.length - 1, levels]))
    }
  }

  /** What layers need that take no noise, with running statistics. */
  private layersOn(tape: Tape): Pick<Pass<Value>, 'operations' | 'parameter' | 'observe'> {
    const parameters = this.parameterValues(tape, 'constant')
    return {
      operations: this.operations(tape, null),
      parameter: (name) => found(parameters, name),
      observe: (_name, value) => value,
    }
  }

  private operations(tape: Tape, seen: SeenStatistics | null) {
    const running = (name: string): Tensor => found(this.values.statistics, name)
    return graphOperations(tape, this.backend.kernels, running, seen)
  }

  /** Use inside `compute`. */
  private pass(request: PassRequest): PassResult {
    const { batch } = request
    const { cells, genes } = batch.counts
    const { perturbations } = this.model
    const dense = this.rows.fill(batch.counts)
    const noise = this.noiseOf(this.model, cells, batch.noise)
    const seen: SeenStatistics = new Map()
    const tape = new Tape(request.differentiate)
    const parameters = this.parameterValues(tape, 'variable')
    const terms = this.model.loss<Value>({
      operations: this.operations(tape, request.training ? seen : null),
      parameter: (name) => found(parameters, name),
      input: {
        cells,
        ...this.encoderInput(tape, dense.logCounts, batch),
        counts: tape.constant(tensor(dense.counts, [cells, genes])),
        design: tape.constant(tensor(denseDesign(batch.design, perturbations), [cells, perturbations])),
        noise: (name) => tape.constant(this.noiseTensor(noise, cells, name)),
      },
      klWeight: request.klWeight,
      observe: (name, value) => {
        request.observe?.(name, value.tensor)
        return value
      },
    })
    if (request.differentiate) tape.backward(terms.loss, scalar(1))
    const gradients = [...parameters].flatMap(([name, { gradient }]): [string, Tensor][] =>
      gradient ? [[name, gradient]] : [],
    )
    return {
      figures: packed(terms, cells),
      gradients: new Map(gradients),
      statistics: movedStatistics(this.backend, this.model, this.values, seen, cells),
    }
  }

  private parameterValues(tape: Tape, role: 'constant' | 'variable'): Map<string, Value> {
    return new Map(
      this.model.parameters.map(({ name, trained }) => {
        const { values } = found(this.values.parameters, name)
        return [name, role === 'variable' && trained ? tape.variable(values) : tape.constant(values)]
      }),
    )
  }

  private noiseTensor(values: NamedTensors, cells: number, name: string): Tensor {
    const description = this.model.noise.find((noise) => noise.name === name)
    if (!description) throw new Error(`The model does not describe the noise ${name}.`)
    const rows = description.rows === 'cells' ? cells : description.rows
    return tensor(values[name], [rows, description.columns])
  }
}
