import { RandomStream } from '../../numerics/random'
import { designOf, singlePerturbations } from '../design'
import type { Batch, ModelState } from '../executor'
import {
  sizeOf,
  type EncoderInput,
  type LikelihoodInput,
  type Model,
  type NoiseDescription,
  type ParameterDescription,
  type Pass,
  type Posterior,
  type StatisticDescription,
  type TensorDescription,
} from '../model'

const sizes = { cells: 12, genes: 21, hidden: 8, latents: 3, perturbations: 4, levels: 5 } as const

const start = { kind: 'normal' } as const

function parameter(name: string, ...shape: number[]): ParameterDescription {
  return { name, shape, start, trained: true }
}

function statistic(name: string): StatisticDescription {
  return { name, shape: [sizes.hidden], start, moves: true }
}

const cellNoise = { purpose: 'reparameterisation', index: 0, rows: 'cells', trainingOnly: false } as const

const noise: readonly NoiseDescription[] = [
  { ...cellNoise, name: 'sample', distribution: { kind: 'normal' }, columns: sizes.latents },
  { ...cellNoise, name: 'mask', distribution: { kind: 'logistic' }, columns: sizes.latents },
  { ...cellNoise, name: 'keep', distribution: { kind: 'keep', rate: 0.25 }, columns: sizes.hidden },
]

type Layers<T> = Pick<Pass<T>, 'operations' | 'parameter'>

function hiddenOf<T>(
  { operations, parameter: of }: Layers<T>,
  { logCounts, covariates }: EncoderInput<T>,
): T {
  const linear = operations.add(
    operations.dense(logCounts, of('hidden.weight'), of('hidden.bias')),
    operations.selectRows(covariates(), of('hidden.covariates')),
  )
  return operations.relu(operations.batchNorm('hidden', linear, of('hidden.scale'), of('hidden.offset')))
}

function posteriorOf<T>({ operations, parameter: of }: Layers<T>, hidden: T): Posterior<T> {
  const logVariance = operations.dense(hidden, of('logVariance.weight'), of('logVariance.bias'))
  return {
    mean: operations.dense(hidden, of('mean.weight'), of('mean.bias')),
    variance: operations.variance(logVariance, 1e-4),
  }
}

function logLikelihoodOf<T>(
  { operations, parameter: of }: Layers<T>,
  latents: T,
  { counts }: LikelihoodInput<T>,
): T {
  const logits = operations.dense(latents, of('output.weight'), of('output.bias'))
  return operations.negativeBinomial(logits, of('logInverseDispersion'), counts, 0)
}

/**
 * A small model that uses the operations of real ones with their layers' usual sizes being no multiple of anything:
 * if a device computes its loss, gradients and first step rightly, it computes.
 */
export const selfTestModel: Model = {
  name: 'self-test',
  genes: sizes.genes,
  latents: sizes.latents,
  shiftedLatents: sizes.latents,
  perturbations: sizes.perturbations,
  covariateLevels: sizes.levels,
  addsParts: false,
  parameters: [
    parameter('hidden.weight', sizes.hidden, sizes.genes),
    parameter('hidden.bias', sizes.hidden),
    parameter('hidden.scale', sizes.hidden),
    parameter('hidden.offset', sizes.hidden),
    parameter('mean.weight', sizes.latents, sizes.hidden),
    parameter('mean.bias', sizes.latents),
    parameter('logVariance.weight', sizes.latents, sizes.hidden),
    parameter('logVariance.bias', sizes.latents),
    parameter('output.weight', sizes.genes, sizes.latents),
    parameter('output.bias', sizes.genes),
    parameter('logInverseDispersion', sizes.genes),
    parameter('shift', sizes.perturbations, sizes.latents),
    parameter('maskLogit', sizes.perturbations, sizes.latents),
    parameter('priorLogit', sizes.perturbations, sizes.latents),
    parameter('hidden.covariates', sizes.levels, sizes.hidden),
  ],
  statistics: [statistic('hidden.runningMean'), statistic('hidden.runningVariance')],
  noise,
  loss: ({ operations, parameter: of, input, klWeight }) => {
    const layers = { operations, parameter: of }
    const hidden = operations.dropout(hiddenOf(layers, input), () => input.noise('keep'), 0.25)
    const { mean, variance } = posteriorOf(layers, hidden)
    const latents = operations.sampleGaussian(mean, variance, input.noise('sample'))
    const logLikelihood = logLikelihoodOf(layers, latents, input)
    const mask = operations.straightThroughSigmoid(
      operations.selectRows(input.design, of('maskLogit')),
      input.noise('mask'),
    )
    const shift = operations.selectRows(input.design, of('shift'))
    const kl = operations.gaussianKl(mean, variance, operations.multiply(shift, mask))
    const sparsity = operations.betaPenalty(of('priorLogit'), sizes.perturbations)
    const divergence = operations.bernoulliKl(of('maskLogit'), of('priorLogit'), false)
    const loss = operations.weightedSum([
      { term: logLikelihood, weight: -1 },
      { term: kl, weight: klWeight },
      { term: sparsity, weight: 1 },
      { term: divergence, weight: 1 },
    ])
    return { loss, logLikelihood, kl, sparsity }
  },
  encode: (pass, input) => posteriorOf(pass, hiddenOf(pass, input)).mean,
  posterior: (pass, input) => posteriorOf(pass, hiddenOf(pass, input)),
  logLikelihood: logLikelihoodOf,
  mechanismTensors: [],
  mechanisms: () => ({ probability: new Float32Array(0), shift: new Float32Array(0) }),
}

/** Values that are the same on every machine. */
export function selfTestState(): ModelState {
  const filled = (tensors: readonly TensorDescription[], first: number): Record<string, Float32Array> =>
    Object.fromEntries(
      tensors.map(({ name, shape }, at) => {
        const stream = new RandomStream(1, 'startValues', first + at)
        const values = stream.fillNormal(new Float32Array(sizeOf(shape)))
        return [name, values.map((value) => (name.endsWith('Variance') ? 1 + value * value : 0.5 * value))]
      }),
    )
  const parameters = filled(selfTestModel.parameters, 0)
  return {
    parameters,
    statistics: filled(selfTestModel.statistics, 100),
    adam: { steps: 0, firstMoments: {}, secondMoments: {} },
  }
}

/** Counts between 0 and some hundreds, every fifth cell a control; two covariates of three and two levels. */
export function selfTestBatch(): Batch {
  const { cells, genes, perturbations } = sizes
  const stream = new RandomStream(1, 'simulation')
  const rowStarts = new Uint32Array(cells + 1)
  const geneIndices: number[] = []
  const counts: number[] = []
  for (let cell = 0; cell < cells; cell++) {
    for (let gene = 0; gene < genes; gene++) {
      const count = Math.floor(stream.nextUniform() ** 6 * 500)
      if (count === 0) continue
      geneIndices.push(gene)
      counts.push(count)
    }
    rowStarts[cell + 1] = counts.length
  }
  const drawn = noise.map(({ name, columns, distribution }): [string, Float32Array] => {
    const values = new Float32Array(cells * columns)
    if (distribution.kind === 'normal') return [name, stream.fillNormal(values)]
    if (distribution.kind === 'logistic') return [name, stream.fillLogistic(values)]
    return [name, stream.fillUniform(values).map((value) => (value < distribution.rate ? 0 : 1))]
  })
  return {
    counts: {
      cells,
      genes,
      rowStarts,
      geneIndices: Uint16Array.from(geneIndices),
      counts: Uint16Array.from(counts),
    },
    covariates: designOf(Array.from({ length: cells }, (_, cell) => [cell % 3, 3 + (cell % 2)])),
    design: singlePerturbations(
      Array.from({ length: cells }, (_, cell) => (cell % 5 > 0 ? cell % perturbations : -1)),
    ),
    noise: { kind: 'given', tensors: Object.fromEntries(drawn) },
  }
}
