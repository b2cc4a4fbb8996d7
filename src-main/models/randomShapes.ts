import { designOf, type Design } from '../compute/design'
import type { Batch, ModelState } from '../compute/executor'
import { sizeOf, type Model, type NamedTensors, type TensorDescription } from '../compute/model'
import { RandomStream } from '../numerics/random'
import type { BodyShape } from './body'
import { sparse } from './goldenModel'
import { svaePlus } from './svaePlus'

/** Models, values and batches of random shapes, on which executors are held against each other. */

/** Sizes that fill neither vectors nor panels nor the parts of threads. */
export interface Sizes extends Pick<
  BodyShape,
  'genes' | 'latents' | 'contentLatents' | 'perturbations' | 'hidden' | 'layers' | 'batchNorm'
> {
  readonly cells: number
  readonly nonZero: number
  /** Levels of each covariate. */
  readonly covariates: readonly number[]
}

export const sizes: readonly Sizes[] = [
  {
    ...{ cells: 3, genes: 1, latents: 1, contentLatents: 1, perturbations: 1, hidden: 1, layers: 1 },
    ...{ batchNorm: true, nonZero: 1, covariates: [2] },
  },
  {
    ...{ cells: 8, genes: 4, latents: 4, contentLatents: 0, perturbations: 2, hidden: 4, layers: 2 },
    ...{ batchNorm: true, nonZero: 0.5, covariates: [] },
  },
  {
    cells: 9,
    genes: 131,
    latents: 5,
    contentLatents: 4,
    perturbations: 7,
    hidden: 33,
    layers: 2,
    batchNorm: true,
    nonZero: 0.3,
    covariates: [5],
  },
  {
    cells: 37,
    genes: 50,
    latents: 13,
    contentLatents: 0,
    perturbations: 3,
    hidden: 66,
    layers: 3,
    batchNorm: false,
    nonZero: 0.1,
    covariates: [3, 6],
  },
  {
    cells: 129,
    // More than the first layer goes through at a time.
    genes: 517,
    latents: 50,
    contentLatents: 0,
    perturbations: 31,
    hidden: 128,
    layers: 2,
    batchNorm: true,
    nonZero: 0.2,
    covariates: [2, 7, 4],
  },
]
export const onePerturbation: Sizes = {
  ...{ cells: 7, genes: 11, latents: 3, contentLatents: 2, perturbations: 1, hidden: 6, layers: 2 },
  ...{ batchNorm: true, nonZero: 0.4, covariates: [1, 2] },
}

export function bodyOf(shape: Sizes): BodyShape {
  const covariateLevels = shape.covariates.reduce((sum, levels) => sum + levels, 0)
  return { ...shape, covariateLevels, residual: false, dropout: 0.2 }
}

export function modelOf(shape: Sizes): Model {
  const options = { alpha: shape.perturbations + 1, beta: 0.7, trainingCells: 10 * shape.cells }
  return svaePlus(bodyOf(shape), { ...options, sparsity: 'beta', mask: 'perCell' })
}

export function randomState(model: Model): ModelState {
  const filled = (names: readonly TensorDescription[], first: number): Record<string, Float32Array> =>
    Object.fromEntries(
      names.map(({ name, shape }, at) => {
        const values = new RandomStream(5, 'startValues', first + at).fillNormal(
          new Float32Array(sizeOf(shape)),
        )
        const scale = 1 / Math.sqrt(shape.at(-1) ?? 1)
        return [name, values.map((value) => (name.endsWith('Variance') ? 1 + value * value : scale * value))]
      }),
    )
  const parameters = filled(model.parameters, 0)
  const zeros = (): NamedTensors =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, { length }]) => [name, new Float32Array(length)]),
    )
  return {
    parameters,
    statistics: filled(model.statistics, 1000),
    adam: { steps: 0, firstMoments: zeros(), secondMoments: zeros() },
  }
}

/** A level of each covariate for each cell; with an even seed the first one for all cells, so that others are in none. */
function randomLevels({ cells, covariates }: Sizes, seed: number): Design {
  const stream = new RandomStream(seed, 'simulation', 1)
  const first = covariates.map((_, at) => covariates.slice(0, at).reduce((sum, levels) => sum + levels, 0))
  return designOf(
    Array.from({ length: cells }, () =>
      covariates.map((levels, at) => first[at] + (seed % 2 === 0 ? 0 : stream.nextInteger(levels))),
    ),
  )
}

/** Random counts up to some hundreds; gene 0 is never seen where there are several; every third cell is a control, others have up to two perturbations. */
export function randomBatch(model: Model, shape: Sizes, seed: number): Batch {
  const { cells, genes, nonZero } = shape
  const stream = new RandomStream(seed, 'simulation')
  const counts = Array.from({ length: cells * genes }, (_, at) => {
    const seen = stream.nextUniform() < nonZero && (at % genes > 0 || genes === 1)
    return seen ? Math.ceil(stream.nextUniform() ** 8 * 400) : 0
  })
  for (let cell = 0; cell < cells; cell++) counts[cell * genes + genes - 1] += 1
  const perturbationsOfCells = Array.from({ length: cells }, (_, cell) =>
    Array.from({ length: cell % 3 }, () => stream.nextInteger(model.perturbations)),
  ).map((carried) => [...new Set(carried)])
  const noise = model.noise.map(({ name, rows, columns, distribution }): [string, Float32Array] => {
    const values = new Float32Array((rows === 'cells' ? cells : rows) * columns)
    if (distribution.kind === 'normal') return [name, stream.fillNormal(values)]
    if (distribution.kind === 'logistic') return [name, stream.fillLogistic(values)]
    return [name, stream.fillUniform(values).map((value) => (value < distribution.rate ? 0 : 1))]
  })
  return {
    counts: sparse(counts, genes),
    covariates: shape.covariates.length === 0 ? null : randomLevels(shape, seed),
    design: designOf(perturbationsOfCells),
    noise: { kind: 'given', tensors: Object.fromEntries(noise) },
  }
}
