import { describe, expect, test } from 'vitest'
import { designOf, singlePerturbations } from '../compute/design'
import type { Batch, Executor, ModelState } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import { sizeOf, type Model, type TensorDescription } from '../compute/model'
import { RandomStream } from '../numerics/random'
import { sparse } from './goldenModel'
import {
  foldedParameters,
  refinedLogVarianceTensor,
  refinedMeanTensor,
  refinement,
  refinementState,
} from './refinement'
import { publishedForm, svaePlus } from './svaePlus'

const [cells, genes, latents] = [5, 6, 3]
const body = {
  contentLatents: 0,
  covariateLevels: 2,
  ...{ genes, latents, perturbations: 2, hidden: 24, layers: 2 },
  ...{ batchNorm: true, residual: false, dropout: 0.1 },
}
const model = svaePlus(body, { ...publishedForm, alpha: 2, trainingCells: 40, mask: 'perCell' })

function randomValues({ name, shape }: TensorDescription, index: number): [string, Float32Array] {
  const values = new RandomStream(9, 'startValues', index).fillNormal(new Float32Array(sizeOf(shape)))
  return [name, values.map((value) => (name.endsWith('Variance') ? 0.5 + value * value : 0.4 * value))]
}

const trained: ModelState = {
  parameters: Object.fromEntries(model.parameters.map(randomValues)),
  statistics: Object.fromEntries(model.statistics.map((each, at) => randomValues(each, 100 + at))),
  adam: { steps: 0, firstMoments: {}, secondMoments: {} },
}

const drawn = (index: number): Float32Array =>
  new RandomStream(9, 'refinement', index).fillNormal(new Float32Array(cells * latents))
const refined = refinement(model, cells)
const start = refinementState(refined, foldedParameters(trained), {
  mean: drawn(1),
  logVariance: drawn(2),
  priorMean: drawn(3),
})
const batch: Batch = {
  counts: sparse(
    [3, 0, 1, 0, 9, 2, 0, 0, 4, 1, 0, 0, 7, 2, 0, 0, 1, 0, 1, 1, 0, 5, 0, 0, 0, 2, 2, 0, 0, 30],
    genes,
  ),
  covariates: singlePerturbations([0, 1, 0, 1, 1]),
  design: singlePerturbations(Array.from({ length: cells }, (_, cell) => cell)),
  noise: { kind: 'given', tensors: { reparameterisation: drawn(4) } },
}
const executors: [string, () => Promise<Executor>][] = [
  ['kernels', () => Promise.resolve(fusedExecutor({ threads: 1 }))],
  ['tfjs', () => graphExecutor(startCpu)],
]

test('BatchNorm folded into the layers before it gives the likelihood of the trained model', async () => {
  const executor = await graphExecutor(startCpu)
  const inEvaluation = async (one: Model, state: ModelState, given: Batch) =>
    (await executor.open(one, state).inspect(given, 1, 'evaluation')).intermediates
  const {
    'latent.mean': mean,
    'latent.variance': variance,
    logLikelihood,
  } = await inEvaluation(model, trained, {
    ...batch,
    design: designOf([[], [], [], [], []]),
    noise: { kind: 'given', tensors: { reparameterisation: drawn(4), mask: drawn(4) } },
  })
  const same = refinementState(refined, foldedParameters(trained), {
    mean,
    logVariance: variance.map(Math.log),
    priorMean: new Float32Array(cells * latents),
  })
  const { figures } = await executor.open(refined, same).inspect(batch, 1, 'training')
  expect(figures.logLikelihood).toBeCloseTo(
    logLikelihood.reduce((sum, value) => sum + value, 0),
    2,
  )
})

describe.each(executors)('refinement of cells on %s', (_name, executorOf) => {
  test.each([refinedMeanTensor, refinedLogVarianceTensor])(
    'has a gradient by %s that is a finite difference',
    async (name) => {
      const executor = await executorOf()
      const lossOf = async (values: Float32Array): Promise<number> => {
        const session = executor.open(refined, {
          ...start,
          parameters: { ...start.parameters, [name]: values },
        })
        const { loss } = await session.evaluate(batch, 1)
        session.close()
        return loss
      }
      const session = executor.open(refined, start)
      const { gradients } = await session.inspect(batch, 1, 'training')
      session.close()
      expect(Object.keys(gradients).toSorted()).toEqual([refinedLogVarianceTensor, refinedMeanTensor])
      // Entry by entry: each cell's derivative is its own.
      for (let at = 0; at < cells * latents; at++) {
        const moved = (by: number): Float32Array =>
          start.parameters[name].map((value, entry) => (entry === at ? value + by : value))
        const step = 2e-2
        const slope = ((await lossOf(moved(step))) - (await lossOf(moved(-step)))) / (2 * step)
        expect(Math.abs(slope - gradients[name][at])).toBeLessThan(
          0.01 * Math.hypot(...gradients[name]) + 0.02,
        )
      }
    },
  )

  test('changes latents and nothing else', async () => {
    const session = (await executorOf()).open(refined, start)
    const adam = { learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }
    const before = await session.evaluate(batch, 1)
    for (let step = 0; step < 40; step++) await session.step(batch, 1, adam)
    const after = await session.evaluate(batch, 1)
    expect(after.loss).toBeLessThan(before.loss - 1)
    const { parameters } = await session.state()
    session.close()
    const changed = Object.keys(parameters).filter((name) =>
      parameters[name].some((value, at) => value !== start.parameters[name][at]),
    )
    expect(changed.toSorted()).toEqual([refinedLogVarianceTensor, refinedMeanTensor])
  })
})
