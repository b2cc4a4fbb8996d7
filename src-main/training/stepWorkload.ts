import { completeConfiguration, createModel } from '../models/createModel'
import { modelRecipeSchema } from '@contract/recipe'
import { singlePerturbations } from '../compute/design'
import type { Batch } from '../compute/executor'
import type { Model } from '../compute/model'
import { RandomStream } from '../numerics/random'

/** Size of a screen whose training step is timed. */
export interface StepShape {
  readonly genes: number
  readonly perturbations: number
  /** Share of counts that are not zero. */
  readonly nonZero: number
}

/** The two screens of the paper, with 128 cells in a batch and 50 latents. */
export const stepShapes: Readonly<Record<'norman' | 'replogle', StepShape>> = {
  norman: { genes: 3000, perturbations: 200, nonZero: 0.1 },
  replogle: { genes: 1187, perturbations: 680, nonZero: 0.4 },
}

const cells = 128
const latents = 50
const trainingCells = 80_000

export function modelOfShape({ genes, perturbations }: StepShape): Model {
  const recipe = modelRecipeSchema.parse({ latents, alpha: perturbations })
  return createModel(completeConfiguration(recipe, perturbations), { genes, perturbations, trainingCells })
}

/** A random batch: genes differ in how often they are seen, counts that are seen are 1 + Poisson(1.5). */
export function randomBatch(shape: StepShape, model: Model, seed: number): Batch {
  const stream = new RandomStream(seed, 'simulation')
  const share = Array.from({ length: shape.genes }, () => {
    const u = stream.nextUniform()
    return Math.min(1, shape.nonZero * 2 * u)
  })
  const geneIndices: number[] = []
  const counts: number[] = []
  const rowStarts = new Uint32Array(cells + 1)
  for (let cell = 0; cell < cells; cell++) {
    for (let gene = 0; gene < shape.genes; gene++) {
      if (stream.nextUniform() >= share[gene]) continue
      geneIndices.push(gene)
      counts.push(1 + poisson(stream, 1.5))
    }
    rowStarts[cell + 1] = counts.length
  }
  const perturbationOfCell = Array.from({ length: cells }, () => stream.nextInteger(shape.perturbations))
  const noise = model.noise.map(({ name, rows, columns, distribution }): [string, Float32Array] => {
    const values = new Float32Array((rows === 'cells' ? cells : rows) * columns)
    if (distribution.kind === 'normal') return [name, stream.fillNormal(values)]
    if (distribution.kind === 'logistic') return [name, stream.fillLogistic(values)]
    return [name, stream.fillUniform(values).map((value) => (value < distribution.rate ? 0 : 1))]
  })
  return {
    counts: {
      cells,
      genes: shape.genes,
      rowStarts,
      geneIndices: Uint16Array.from(geneIndices),
      counts: Uint8Array.from(counts),
    },
    design: singlePerturbations(perturbationOfCell),
    noise: Object.fromEntries(noise),
  }
}

function poisson(stream: RandomStream, mean: number): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = stream.nextUniform(); product > limit; product *= stream.nextUniform()) count += 1
  return count
}
