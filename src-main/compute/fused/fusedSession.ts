import type { CountMatrix } from '../../screen/countMatrix'
import type { AdamSettings } from '../adam'
import { noPerturbations } from '../design'
import type {
  Batch,
  BatchFigures,
  BatchNoise,
  EncoderPoints,
  Inspection,
  ModelState,
  ObservedCells,
  ParticleBlock,
  ParticleRequest,
  Session,
} from '../executor'
import type { Model, NamedTensors, Posterior } from '../model'
import { cellsOfBatch, writeCounts, writeCovariates, writeDesign, writeNoise, writePoints } from './inputs'
import { gradientsOf, intermediatesOf, statisticsAfter } from './inspection'
import type { CompiledKernels } from './kernels'
import { readTensor } from './layouts'
import { makePlan, type Plan } from './makePlan'
import { KernelMemory } from './memory'
import { ParticleCells } from './particleCells'
import { makeParticlePlan, type ParticlePlan } from './particlePlan'
import { ParameterStore } from './parameterStore'
import type { PlanPurpose, PlanSurroundings } from './plan'
import {
  recordEncoder,
  recordLoss,
  recordPosterior,
  termWeights,
  type Node,
  type Recording,
} from './recording'
import { figuresOf, termSums } from './termSums'
import { Team, type TeamOptions } from './team'

/** Cells that are evaluated or encoded at a time. */
const cellsAtOnce = 256
/** Most particles of one cell that are weighed at a time. */
const particlesAtOnce = 256

/** Particles of a block: blocks are equally long, and multiples of the eight of a panel. */
function particlesOfBlock(particles: number): number {
  const blocks = Math.ceil(particles / particlesAtOnce)
  return Math.ceil(particles / blocks / 8) * 8
}

const noNoise = { kind: 'given', tensors: {} } as const

/** What a plan depends on of a batch. */
interface PlannedBatch {
  readonly counts: Pick<CountMatrix, 'cells'> & Partial<CountMatrix>
  readonly noise?: BatchNoise
}

/** Runs a model with WebAssembly kernels; values live in kernel memory. */
export class FusedSession implements Session {
  private readonly memory: KernelMemory
  private readonly team: Team
  private readonly values: ParameterStore
  private readonly surroundings: PlanSurroundings
  private readonly plans = new Map<string, Plan>()
  private readonly particlePlans = new Map<string, ParticlePlan>()
  private plansMade = 0
  private readonly workspace: number
  private recorded: { readonly key: string; readonly recording: Recording } | null = null
  private adamSteps: number

  constructor(
    compiled: CompiledKernels,
    threads: number,
    readonly model: Model,
    state: ModelState,
    options: TeamOptions = {},
  ) {
    this.memory = new KernelMemory(compiled.shared)
    this.team = new Team(compiled, this.memory, threads, options)
    this.values = new ParameterStore(this.memory, model, state)
    this.surroundings = {
      model,
      memory: this.memory,
      kernels: this.team.kernels,
      parameters: this.values,
      threads: this.team.threads,
    }
    this.workspace = this.memory.top
    this.adamSteps = state.adam.steps
  }

  /** Those that compute: all that were wanted, or one where the others did not start. */
  get threads(): number {
    return this.team.threads
  }

  step(batch: Batch, klWeight: number, adam: AdamSettings): Promise<BatchFigures> {
    const recording = this.recordingFor(batch.counts.cells, klWeight, true)
    const plan = this.planFor('step', true, batch, recording)
    this.writeBatch(plan, batch, 0)
    this.writeWeights(plan, recording)
    this.run(plan, 'forward')
    const figures = figuresOf(recording, batch.counts.cells, termSums(this.memory, plan.builder))
    // A batch whose loss is not a number leaves the values as they were, for the caller to report.
    if (Number.isFinite(figures.loss)) {
      this.adamSteps += 1
      this.values.writeAdam(adam, this.adamSteps)
      this.run(plan, 'backward')
    }
    return Promise.resolve(figures)
  }

  evaluate(batch: Batch, klWeight: number): Promise<BatchFigures> {
    const { cells } = batch.counts
    const recording = this.recordingFor(cells, klWeight, false)
    const sums = new Map<number, number>()
    for (let first = 0; first < cells; first += cellsAtOnce) {
      const some = cellsOfBatch(batch, first, Math.min(cells, first + cellsAtOnce), this.model)
      const plan = this.planFor('evaluate', false, some, recording)
      this.writeBatch(plan, some, first)
      this.run(plan, 'forward')
      for (const [node, { sum, ofCells }] of termSums(this.memory, plan.builder)) {
        sums.set(node, ofCells ? (sums.get(node) ?? 0) + sum : sum)
      }
    }
    const whole = new Map([...sums].map(([node, sum]) => [node, { sum, ofCells: false }]))
    return Promise.resolve(figuresOf(recording, cells, whole))
  }

  inspect(batch: Batch, klWeight: number, mode: 'training' | 'evaluation'): Promise<Inspection> {
    const { cells } = batch.counts
    const training = mode === 'training'
    const recording = this.recordingFor(cells, klWeight, training)
    const plan = this.planFor('inspect', training, batch, recording)
    this.writeBatch(plan, batch, 0)
    this.writeWeights(plan, recording)
    this.run(plan, 'forward')
    const sums = termSums(this.memory, plan.builder)
    const intermediates = intermediatesOf(this.memory, plan.builder, sums)
    this.run(plan, 'backward')
    return Promise.resolve({
      figures: figuresOf(recording, cells, sums),
      gradients: gradientsOf(this.memory, plan.builder),
      intermediates,
      statistics: statisticsAfter(this.memory, plan.builder),
    })
  }

  encode(cells: ObservedCells): Promise<Float32Array> {
    const { latents } = this.model
    const means = new Float32Array(cells.counts.cells * latents)
    for (const { plan, first } of this.encodedParts(cells, 'encode', recordEncoder(this.model))) {
      means.set(this.encoded(plan), first * latents)
    }
    return Promise.resolve(means)
  }

  encoderGradients(points: EncoderPoints): Promise<Float32Array> {
    const { genes, latents } = this.model
    const sums = new Float64Array(genes * latents)
    const recording = recordEncoder(this.model)
    for (let first = 0; first < points.points; first += cellsAtOnce) {
      const end = Math.min(points.points, first + cellsAtOnce)
      const plan = this.planFor('encoderGradients', false, { counts: { cells: end - first } }, recording)
      writePoints(this.memory, plan.builder, points, first, end)
      this.run(plan, 'forward')
      for (let latent = 0; latent < latents; latent++) {
        this.writeDirection(plan, latent)
        this.run(plan, 'backward')
        const byGene = this.memory.floats(plan.builder.attributions, genes)
        for (let gene = 0, at = latent; gene < genes; gene++, at += latents) sums[at] += byGene[gene]
      }
    }
    return Promise.resolve(Float32Array.from(sums))
  }

  async *logWeights(request: ParticleRequest): AsyncGenerator<ParticleBlock> {
    const { counts, particles, edgeLogits } = request
    const posterior = this.posterior(request)
    const plan = this.particlePlanFor(particlesOfBlock(particles), edgeLogits !== null)
    const cells = new ParticleCells(this.memory, plan, request, posterior)
    for (let cell = 0; cell < counts.cells; cell++) {
      cells.enter(cell)
      for (let first = 0; first < particles; first += plan.rows) {
        if (cells.prepareNoise(first)) this.team.run(2 * plan.number, plan.draw)
        this.team.run(2 * plan.number + 1, plan.weigh)
        yield await Promise.resolve({ cell, logWeights: cells.logWeights(first) })
      }
    }
  }

  async parameters(names: readonly string[]): Promise<NamedTensors> {
    this.team.requireWhole()
    return Promise.resolve(this.values.readParameters(names))
  }

  async state(): Promise<ModelState> {
    this.team.requireWhole()
    return Promise.resolve(this.values.read(this.adamSteps))
  }

  close(): void {
    this.team.close()
  }

  /** Means and variances of q(z | x), cells × latents. */
  private posterior(cells: ObservedCells): Posterior<Float32Array> {
    const { latents } = this.model
    const mean = new Float32Array(cells.counts.cells * latents)
    const variance = new Float32Array(cells.counts.cells * latents)
    for (const { plan, first } of this.encodedParts(cells, 'posterior', recordPosterior(this.model))) {
      const nodes = plan.builder.request.recording.posterior
      if (!nodes) throw new Error('This plan has no posterior.')
      mean.set(this.valuesOf(plan, nodes.mean), first * latents)
      variance.set(this.valuesOf(plan, nodes.variance), first * latents)
    }
    return { mean, variance }
  }

  /** Runs the encoder on some cells after the others; what it gives is in the plan until the next. */
  private *encodedParts(
    { counts, covariates }: ObservedCells,
    purpose: 'encode' | 'posterior',
    recording: Recording,
  ): Generator<{ plan: Plan; first: number }> {
    const batch: Batch = { counts, covariates, design: noPerturbations(counts.cells), noise: noNoise }
    for (let first = 0; first < counts.cells; first += cellsAtOnce) {
      const some = cellsOfBatch(batch, first, Math.min(counts.cells, first + cellsAtOnce), this.model)
      const plan = this.planFor(purpose, false, some, recording)
      writeCounts(this.memory, plan.builder, some.counts)
      writeCovariates(this.memory, plan.builder, some.covariates)
      this.run(plan, 'forward')
      yield { plan, first }
    }
  }

  private particlePlanFor(rows: number, withEdges: boolean): ParticlePlan {
    const key = [rows, withEdges].join(' ')
    const known = this.particlePlans.get(key)
    if (known) return known
    this.memory.freeFrom(this.workspace)
    const plan = makeParticlePlan(this.plansMade++, this.surroundings, rows, withEdges)
    this.particlePlans.set(key, plan)
    return plan
  }

  private run(plan: Plan, pass: 'forward' | 'backward'): void {
    this.team.run(2 * plan.number + (pass === 'forward' ? 0 : 1), plan[pass])
  }

  /** Writing a model's pass down takes a noticeable part of a step; it changes only with the epoch. */
  private recordingFor(cells: number, klWeight: number, training: boolean): Recording {
    const key = [cells, klWeight, training].join(' ')
    if (this.recorded?.key !== key) {
      this.recorded = { key, recording: recordLoss(this.model, cells, klWeight, training) }
    }
    return this.recorded.recording
  }

  private planFor(
    purpose: PlanPurpose,
    training: boolean,
    { counts, noise }: PlannedBatch,
    recording: Recording,
  ): Plan {
    const drawsNoise = noise?.kind === 'drawn'
    const geneBytes = counts.geneIndices?.BYTES_PER_ELEMENT ?? 2
    const countBytes = counts.counts?.BYTES_PER_ELEMENT ?? 2
    const key = [purpose, training, counts.cells, geneBytes, countBytes, drawsNoise].join(' ')
    const known = this.plans.get(key)
    if (known) return known
    // Plans share the memory after the parameters: nothing there outlives a call.
    this.memory.freeFrom(this.workspace)
    const request = { purpose, training, recording, drawsNoise, cells: counts.cells, geneBytes, countBytes }
    const plan = makePlan(this.plansMade++, this.surroundings, request)
    this.plans.set(key, plan)
    return plan
  }

  private writeBatch(plan: Plan, batch: Batch, firstCell: number): void {
    writeCounts(this.memory, plan.builder, batch.counts)
    writeDesign(this.memory, plan.builder.inputs.design, batch.design)
    writeCovariates(this.memory, plan.builder, batch.covariates)
    writeNoise(this.memory, plan.builder, batch.noise, firstCell)
  }

  private writeWeights(plan: Plan, { terms }: Recording): void {
    if (!terms) return
    for (const [{ id }, weight] of termWeights(terms.loss)) {
      const address = plan.builder.weights.get(id)
      if (address !== undefined) this.memory.floats(address, 1)[0] = weight
    }
  }

  private encoded(plan: Plan): Float32Array {
    const { encoded } = plan.builder.request.recording
    if (!encoded) throw new Error('This plan does not encode.')
    return this.valuesOf(plan, encoded)
  }

  private valuesOf({ builder }: Plan, node: Node): Float32Array {
    const { address, layout } = builder.place(node)
    return readTensor(layout, this.memory.floats(address, layout.length))
  }

  private writeDirection({ builder }: Plan, latent: number): void {
    const { encoded } = builder.request.recording
    if (!encoded) throw new Error('This plan does not encode.')
    const { address, layout } = builder.contribution(encoded).place
    const direction = this.memory.floats(address, layout.length).fill(0)
    for (let cell = 0; cell < layout.rows; cell++) direction[layout.place(cell, latent)] = 1
  }
}
