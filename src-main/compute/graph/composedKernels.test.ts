import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import { memory, tensor, tensor1d, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import golden from '../../golden/nb_logprob.json'
import { RandomStream } from '../../numerics/random'
import { publishedAdam } from '../adam'
import type { ParticleRequest } from '../executor'
import { composedKernels } from './composedKernels'
import { negativeBinomialPoints } from './composedLikelihood'
import type { GraphBackend, GraphKernels } from './graphBackend'
import { GraphSession } from './graphSession'
import { hostKernels } from './hostKernels'
import { floatsOf } from './probability'
import { findDifference } from './selfTest'
import { selfTestBatch, selfTestModel, selfTestState } from './selfTestModel'
import { Tape } from './tape'
import { startCpu } from './tfjsBackend'

let reference: GraphBackend
let composed: GraphBackend
beforeAll(async () => {
  reference = await startCpu()
  composed = { ...reference, kernels: composedKernels }
})

const rows = z
  .object({ rows: z.array(z.tuple([z.number(), z.number(), z.number()]).rest(z.number())) })
  .parse(golden)
  .rows.map(([x, mean, theta, logProbability, byMean, , byLogTheta]) => ({
    x,
    mean,
    theta,
    expected: [logProbability, mean * byMean, byLogTheta],
  }))

/** Copies of the tensors that a computation gives; everything else is freed. */
function floatsFrom(compute: () => readonly (Tensor | null)[]): Float32Array[] {
  const read: Float32Array[] = []
  tidy(() => {
    for (const held of compute()) read.push(held ? floatsOf(held).slice() : new Float32Array(0))
  })
  return read
}

/** A batch whose dispersions reach from almost none to very strong. */
function randomCells(cells: number, genes: number) {
  const stream = new RandomStream(3, 'simulation')
  const normal = (length: number, scale: number) =>
    stream.fillNormal(new Float32Array(length)).map((value) => scale * value)
  return {
    cells,
    genes,
    logits: normal(cells * genes, 2),
    logDispersions: normal(genes, 5),
    counts: Float32Array.from({ length: cells * genes }, () => Math.floor(stream.nextUniform() ** 8 * 900)),
    weights: normal(cells, 1),
  }
}

function likelihoodWith(
  kernels: GraphKernels,
  { cells, genes, ...batch }: ReturnType<typeof randomCells>,
  meanFloor: number,
): Float32Array[] {
  return floatsFrom(() => {
    const tape = new Tape(true)
    const logits = tape.variable(tensor2d(batch.logits, [cells, genes]))
    const logDispersions = tape.variable(tensor1d(batch.logDispersions))
    const counts = tape.constant(tensor2d(batch.counts, [cells, genes]))
    const likelihood = kernels.negativeBinomial(tape, logits, logDispersions, counts, meanFloor)
    tape.backward(likelihood, tensor1d(batch.weights))
    return [likelihood.tensor, logits.gradient, logDispersions.gradient]
  })
}

function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length)
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  const worst = expected.reduce((most, value, at) => {
    const difference = Math.abs(value - actual[at])
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference)
  }, 0)
  return worst / largest
}

describe('kernels composed of tfjs operations', () => {
  test('single counts, also where the direct formula cancels', () => {
    const found = floatsFrom(() => {
      const column = (values: number[]): Tensor => tensor1d(values)
      const points = negativeBinomialPoints(
        column(rows.map(({ x }) => x)),
        column(rows.map(({ mean }) => mean)),
        column(rows.map(({ theta }) => theta)),
        { meanFloor: 0, withGradients: true },
      )
      return [points.logProbability, points.pull, points.byLogInverseDispersion]
    })
    rows.forEach(({ x, mean, theta, expected }, at) => {
      // What a rounding of the mean or of θ to float32 alone may change: nothing else is lost.
      const rounding = Math.abs(expected[1]) + Math.abs(expected[2])
      const scales = [Math.abs(expected[0]) + rounding + 1, Math.abs(expected[1]) + mean, rounding + x + 1]
      const smallest = [1e-7, 1e-9, 1e-7]
      expected.forEach((value, part) => {
        const ours = found[part][at]
        expect(
          Math.abs(ours - value),
          `part ${part}, x ${x}, mean ${mean}, theta ${theta}: ${ours}, not ${value}`,
        ).toBeLessThan(1e-6 * scales[part] + smallest[part])
      })
    })
  })

  test('zeros touch no gamma function: their share of the derivative by θ is exact', () => {
    // lgamma(x + θ) - lgamma(θ) and its derivative are zero for x = 0, whatever the series lose for these θ.
    const theta = Float32Array.from([1e-8, 0.3, 1, 3.7, 1e8])
    const [logProbability, , byLogTheta] = floatsFrom(() => {
      const points = negativeBinomialPoints(
        tensor1d([0, 0, 0, 0, 0]),
        tensor1d([0, 0, 0, 0, 0]),
        tensor1d(theta),
        {
          meanFloor: 0,
          withGradients: true,
        },
      )
      return [points.logProbability, points.pull, points.byLogInverseDispersion]
    })
    expect([...logProbability].every((value) => value === 0)).toBe(true)
    byLogTheta.forEach((value) => expect(Math.abs(value)).toBeLessThan(2e-8))
  })

  test.each([
    [1, 1, 0],
    [3, 5, 0],
    [2, 257, 1e-4],
    [17, 40, 0],
    [64, 129, 1e-4],
  ])(
    'the likelihood of %d cells and %d genes with its gradients, least mean included',
    (cells, genes, floor) => {
      const batch = randomCells(cells, genes)
      const expected = likelihoodWith(hostKernels, batch, floor)
      const [logLikelihood, byLogits, byLogDispersion] = likelihoodWith(composedKernels, batch, floor)
      expect(relativeDifference(logLikelihood, expected[0])).toBeLessThan(2e-6)
      expect(relativeDifference(byLogDispersion, expected[2])).toBeLessThan(5e-6)
      if (genes > 1) expect(relativeDifference(byLogits, expected[1])).toBeLessThan(5e-6)
    },
  )

  test('a cell without counts, logits far apart and one that is not a number', () => {
    const batch = {
      ...randomCells(3, 3),
      counts: Float32Array.from([0, 0, 0, 5, 0, 1, 1, 2, 3]),
      logits: Float32Array.from([1, 2, 3, 0, -200, 90, 1, NaN, 0]),
      weights: Float32Array.from([1, 1, 0]),
    }
    const expected = likelihoodWith(hostKernels, batch, 0)
    const found = likelihoodWith(composedKernels, batch, 0)
    expect(found[0][2]).toBeNaN()
    expect(relativeDifference(found[0].subarray(0, 2), expected[0].subarray(0, 2))).toBeLessThan(2e-6)
    expect(relativeDifference(found[1].subarray(0, 6), expected[1].subarray(0, 6))).toBeLessThan(5e-6)
  })

  test('steps of Adam and of running statistics, as on the host', () => {
    const stream = new RandomStream(4, 'simulation')
    const normal = (length: number) => stream.fillNormal(new Float32Array(length))
    const start = normal(15)
    const gradients = [normal(15), normal(15), normal(15)]
    const settings = { ...publishedAdam, weightDecay: 0.1 }
    const after = (kernels: GraphKernels) =>
      floatsFrom(() => {
        let trained = { values: tensor(start, [3, 5]), moments: tensor(new Float32Array(30), [2, 15]) }
        gradients.forEach((gradient, at) => {
          trained = kernels.adam(trained, tensor(gradient, [3, 5]), at + 1, settings)
        })
        expect([trained.values.shape, trained.moments.shape]).toEqual([
          [3, 5],
          [2, 15],
        ])
        const moved = kernels.moveTowards(tensor1d(start), tensor1d(gradients[0]), 0.01, 1.25)
        return [trained.values, trained.moments, moved]
      })
    const expected = after(hostKernels)
    after(composedKernels).forEach((values, at) =>
      expect(relativeDifference(values, expected[at])).toBeLessThan(1e-6),
    )
  })

  test('a step is that of the host kernels', async () => {
    expect(await findDifference(composed, reference)).toBeNull()
  })

  /** Times that a step copies a tensor from the device. */
  async function readsOfStep(backend: GraphBackend): Promise<number> {
    const session = new GraphSession(backend, selfTestModel, selfTestState())
    const reads = vi.spyOn(MathBackendCPU.prototype, 'readSync')
    try {
      await session.step(selfTestBatch(), 0.5, publishedAdam)
      return reads.mock.calls.length
    } finally {
      reads.mockRestore()
      session.close()
    }
  }

  test('a step copies one tensor from the device: its figures', async () => {
    expect(await readsOfStep(composed)).toBe(1)
    expect(await readsOfStep(reference)).toBeGreaterThan(10)
  })

  test('the weights of particles are those of the host kernels', async () => {
    const stream = new RandomStream(6, 'simulation')
    const { counts, covariates } = selfTestBatch()
    const size = counts.cells * selfTestModel.latents
    const request: ParticleRequest = {
      counts,
      covariates,
      shifts: stream.fillNormal(new Float32Array(size)),
      edgeLogits: stream.fillNormal(new Float32Array(size)),
      particles: 5,
      noise: { kind: 'drawn', seed: 3, streams: Array.from({ length: counts.cells }, (_, cell) => cell) },
    }
    const weightsOn = async (backend: GraphBackend): Promise<Float32Array> => {
      const session = new GraphSession(backend, selfTestModel, selfTestState())
      const weights: number[] = []
      for await (const { logWeights } of session.logWeights(request)) weights.push(...logWeights)
      session.close()
      return Float32Array.from(weights)
    }
    const weights = await weightsOn(composed)
    expect(weights.length).toBe(counts.cells * request.particles)
    expect(relativeDifference(weights, await weightsOn(reference))).toBeLessThan(2e-6)
  })

  test('a session frees what it used, and a step leaves nothing behind', async () => {
    composed.activate()
    const before = memory().numTensors
    const session = new GraphSession(composed, selfTestModel, selfTestState())
    await session.step(selfTestBatch(), 0.5, publishedAdam)
    const held = memory().numTensors
    await session.step(selfTestBatch(), 0.5, publishedAdam)
    expect(memory().numTensors).toBe(held)
    await session.evaluate(selfTestBatch(), 1)
    await session.inspect(selfTestBatch(), 1, 'evaluation')
    session.close()
    expect(memory().numTensors).toBe(before)
  })
})
