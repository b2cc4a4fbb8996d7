import { negativeBinomialConstant, negativeBinomialEpsilon } from '../../numerics/negativeBinomial'
import { randomPurposes } from '../../numerics/random'
import { designOfSome, requireCovariates } from '../design'
import type { ParticleRequest } from '../executor'
import type { Posterior } from '../model'
import { writeDesign } from './inputs'
import { readTensor, writeRows } from './layouts'
import type { KernelMemory } from './memory'
import type { ParticlePlan } from './particlePlan'

/** Hands the cells of a request to the kernels, one after the other, and reads the weights of their particles. */
export class ParticleCells {
  private readonly theta: Float64Array
  /** θ and 1/θ' of each gene, as for a cell without counts. */
  private readonly dispersions: Float32Array
  private constant = 0
  private cell = 0

  /** @param posterior of all cells of the request, cells × latents */
  constructor(
    private readonly memory: KernelMemory,
    private readonly plan: ParticlePlan,
    private readonly request: ParticleRequest,
    private readonly posterior: Posterior<Float32Array>,
  ) {
    const { address, layout } = plan.logTheta
    const logTheta = readTensor(layout, memory.floats(address, layout.length))
    this.theta = Float64Array.from(logTheta, Math.exp)
    this.dispersions = new Float32Array(2 * this.theta.length)
    this.theta.forEach((theta, gene) => {
      this.dispersions.set([theta, 1 / (theta + negativeBinomialEpsilon)], 2 * gene)
    })
  }

  /** Goes to a cell: its counts, its posterior and its prior. */
  enter(cell: number): void {
    this.cell = cell
    this.constant = this.writeCounts() + this.writeLatents()
    const { covariates } = this.plan.places
    if (!covariates) return
    const ofCells = requireCovariates(this.request.covariates)
    const ofParticles = designOfSome(ofCells, new Uint32Array(this.plan.rows).fill(cell))
    writeDesign(this.memory, covariates, ofParticles)
  }

  /** Readies the noise of a block; true where the kernels are still to draw it. */
  prepareNoise(first: number): boolean {
    const { memory, request, plan } = this
    const { places } = plan
    const { noise, particles } = request
    if (noise.kind === 'drawn') {
      const words = [noise.seed, randomPurposes.particles, noise.streams[this.cell], first]
      memory.integers(places.stream, 4).set(words.map((word) => word | 0))
      return true
    }
    const from = this.cell * particles + first
    const rows = Math.min(plan.rows, particles - first)
    for (const [values, { address, layout }] of [
      [noise.normals, places.normals],
      [noise.logistics, places.logistics],
    ] as const) {
      const part = values.subarray(from * layout.columns, (from + rows) * layout.columns)
      writeRows({ ...layout, rows }, part, memory.floats(address, layout.length).fill(0))
    }
    return false
  }

  /** Log weights of the block that has just run, without particles beyond the last one asked for. */
  logWeights(first: number): Float64Array {
    const { plan, request, constant } = this
    const rows = Math.min(plan.rows, request.particles - first)
    return this.memory.doubles(plan.places.logWeights, rows).map((value) => value + constant)
  }

  /** What the counts add to every weight. */
  private writeCounts(): number {
    const { memory, theta } = this
    const { rowStarts, geneIndices, counts } = this.request.counts
    const { places } = this.plan
    const [begin, end] = [rowStarts[this.cell], rowStarts[this.cell + 1]]
    const stored = end - begin
    const dispersions = memory.floats(places.dispersions, this.dispersions.length)
    dispersions.set(this.dispersions)
    memory.integers(places.storedGenes, stored).set(geneIndices.subarray(begin, end))
    memory.floats(places.counts, stored).set(counts.subarray(begin, end))
    let [constant, library] = [0, 0]
    for (let entry = begin; entry < end; entry++) {
      const [gene, x] = [geneIndices[entry], counts[entry]]
      dispersions[2 * gene] = theta[gene] + x
      constant += negativeBinomialConstant(x, theta[gene])
      library += x
    }
    memory.integers(places.cell, 1)[0] = stored
    memory.floats(places.cell, 2)[1] = library
    return constant
  }

  /** What the width of the posterior adds to every weight: half the sum of its log variances. */
  private writeLatents(): number {
    const { memory, posterior, request } = this
    const { places } = this.plan
    const { columns } = places.normals.layout
    const ofCell = (values: Float32Array): Float32Array =>
      values.subarray(this.cell * columns, (this.cell + 1) * columns)
    const variances = ofCell(posterior.variance)
    const write = (address: number, values: Float32Array): void => {
      memory.floats(address, places.normals.layout.stride).fill(0).set(values)
    }
    write(places.means, ofCell(posterior.mean))
    write(places.deviations, variances.map(Math.sqrt))
    write(places.shifts, ofCell(request.shifts))
    if (request.edgeLogits) write(places.edgeLogits, ofCell(request.edgeLogits))
    return variances.reduce((sum, variance) => sum + Math.log(variance) / 2, 0)
  }
}
