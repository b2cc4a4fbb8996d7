import { part, whole } from './access'
import { compactRows } from './layouts'
import { listsOfCells } from './listTasks'
import { PlanBuilder, type DesignPlaces, type Place, type PlanSurroundings } from './plan'
import { recordDecoder, type Node, type OperationOf } from './recording'
import type { Program } from './schedule'
import { computeNode } from './tasks'

/** Where the particles of a block, and what is said of their cell, are kept. */
export interface ParticlePlaces {
  /** Of the posterior, one float for each latent. */
  readonly means: number
  readonly deviations: number
  /** Of the prior, likewise. */
  readonly shifts: number
  readonly edgeLogits: number
  /** Two key words, position of the stream, first particle of the block. */
  readonly stream: number
  /** Draws, particles × latents. */
  readonly normals: Place
  readonly logistics: Place
  /** θ + x and 1/θ' of each gene. */
  readonly dispersions: number
  /** Levels of the cell, for every particle; null for a model without covariates. */
  readonly covariates: DesignPlaces | null
  readonly storedGenes: number
  readonly counts: number
  /** Number of stored counts (integer) and total count (float). */
  readonly cell: number
  /** A double for each particle. */
  readonly logWeights: number
}

/** A block of particles of one cell, worked out as a pass over as many rows. */
export interface ParticlePlan {
  readonly number: number
  readonly rows: number
  readonly places: ParticlePlaces
  /** Log inverse dispersion of each gene. */
  readonly logTheta: Place
  /** Draws the noise of the block. */
  readonly draw: readonly Program[]
  /** From noise to log weights. */
  readonly weigh: readonly Program[]
}

/**
 * Works out a block of particles.
 * @param rows particles of a block, a multiple of 8
 * @param withEdges whether edges are drawn
 */
export function makeParticlePlan(
  number: number,
  surroundings: PlanSurroundings,
  rows: number,
  withEdges: boolean,
): ParticlePlan {
  const recording = recordDecoder(surroundings.model)
  const builder = new PlanBuilder(surroundings, {
    ...{ purpose: 'particles', training: false, recording, cells: rows },
    ...{ geneBytes: 4, countBytes: 4, drawsNoise: false },
  })
  const places = placesOf(builder)
  drawNoise(builder, places.normals, places.stream, 0)
  if (withEdges) drawNoise(builder, places.logistics, places.stream, 1)
  const draw = builder.takePrograms()
  let logTheta: Place | null = null
  for (const node of recording.nodes) {
    if (node.operation.kind === 'latents') placeParticles(builder, node, places, withEdges)
    else if (node.operation.kind === 'negativeBinomial') {
      particleLikelihood(builder, node.operation, places)
      logTheta = builder.place(node.operation.logInverseDispersion)
    } else computeNode(builder, node)
  }
  if (!logTheta) throw new Error('The decoder of this model has no likelihood.')
  return { number, rows, places, logTheta, draw, weigh: builder.takePrograms() }
}

function placesOf(builder: PlanBuilder): ParticlePlaces {
  const { model } = builder.surroundings
  const ofLatents = compactRows(1, model.latents).length
  const draws = compactRows(builder.cells, model.latents)
  const place = (buffer: string): Place => ({ buffer, address: builder.room(draws.length), layout: draws })
  return {
    means: builder.room(ofLatents),
    deviations: builder.room(ofLatents),
    shifts: builder.room(ofLatents),
    edgeLogits: builder.room(ofLatents),
    stream: builder.room(4),
    normals: place('normal draws'),
    logistics: place('logistic draws'),
    dispersions: builder.room(2 * model.genes),
    covariates: model.covariateLevels > 0 ? builder.inputs.covariates : null,
    storedGenes: builder.inputs.storedGenes,
    counts: builder.room(model.genes),
    cell: builder.room(2),
    logWeights: builder.room(2 * builder.cells),
  }
}

function drawNoise(builder: PlanBuilder, place: Place, stream: number, distribution: 0 | 1): void {
  const { cellSplit } = builder
  builder.add({
    kernel: 'drawParticleNoise',
    split: cellSplit,
    numbers: (begin, end) => [begin, end, place.layout.stride / 4, stream, distribution, place.address],
    reads: [],
    writes: [part(place, cellSplit)],
  })
}

function placeParticles(builder: PlanBuilder, node: Node, places: ParticlePlaces, withEdges: boolean): void {
  const { cellSplit } = builder
  const latents = builder.place(node)
  builder.add({
    kernel: 'placeParticles',
    split: cellSplit,
    numbers: (begin, end) => [
      begin,
      end,
      node.columns,
      places.means,
      places.deviations,
      places.shifts,
      places.edgeLogits,
      places.normals.address,
      withEdges ? places.logistics.address : 0,
      latents.address,
      places.logWeights,
    ],
    reads: [part(places.normals, cellSplit), part(places.logistics, cellSplit)],
    writes: [part(latents, cellSplit), { buffer: 'log weights', split: cellSplit }],
  })
}

function particleLikelihood(
  builder: PlanBuilder,
  { logits, meanFloor }: OperationOf<'negativeBinomial'>,
  places: ParticlePlaces,
): void {
  if (logits.operation.kind !== 'dense' || !logits.operation.bias) {
    throw new Error('The likelihood needs a dense layer with a bias before it.')
  }
  const { cellSplit } = builder
  const { input } = logits.operation
  const units = listsOfCells(builder, input)
  const [weight, bias] = [builder.place(logits.operation.weight), builder.place(logits.operation.bias)]
  builder.add({
    kernel: 'particleLikelihood',
    split: cellSplit,
    numbers: (begin, end, thread) => [
      begin / 8,
      end / 8,
      builder.surroundings.model.genes,
      input.columns,
      units.begins,
      units.ends,
      units.entries,
      weight.address,
      bias.address,
      places.dispersions,
      places.storedGenes,
      places.counts,
      places.cell,
      meanFloor,
      places.logWeights,
      builder.scratchOf(thread),
    ],
    reads: [units.read(cellSplit), whole(weight), whole(bias)],
    writes: [{ buffer: 'log weights', split: cellSplit }],
  })
}
