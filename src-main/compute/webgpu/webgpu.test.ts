import { backend, engine, mul, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core'
import { WebGPUBackend, type WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import golden from '../../golden/nb_logprob.json'
import { RandomStream } from '../../numerics/random'
import { publishedAdam } from '../adam'
import type { Executor } from '../executor'
import type { GraphKernels } from '../graph/graphBackend'
import { hostKernels } from '../graph/hostKernels'
import { Tape } from '../graph/tape'
import { startCpu } from '../graph/tfjsBackend'
import { negativeBinomialWgsl } from './negativeBinomialWgsl'
import { findDifference } from '../graph/selfTest'
import { selfTestBatch, selfTestModel, selfTestState } from '../graph/selfTestModel'
import { softwareGraphics } from './softwareGraphics'
import { specialFunctionsWgsl } from './specialFunctionsWgsl'
import { webgpuExecutor } from './webgpuExecutor'
import { webgpuKernels } from './webgpuKernels'

const graphics = await softwareGraphics()

function activeBackend(): WebGPUBackend {
  const active = backend()
  if (!(active instanceof WebGPUBackend)) throw new Error('tfjs computes elsewhere.')
  return active
}

/** Log-probability, pull and derivative by log θ of single counts: 3 × counts. */
class PointProgram implements WebGPUProgram {
  readonly variableNames = ['x', 'means', 'thetas']
  readonly shaderKey = 'negativeBinomialPoints'
  readonly workgroupSize: [number, number, number] = [64, 1, 1]
  readonly dispatchLayout = { x: [1] }
  readonly dispatch: [number, number, number]
  readonly outputShape: number[]

  constructor(points: number) {
    this.outputShape = [3, points]
    this.dispatch = [Math.ceil(points / 64), 1, 1]
  }

  getUserCode(): string {
    return /* wgsl */ `
${specialFunctionsWgsl}
${negativeBinomialWgsl}
fn main(index : i32) {
  let points = uniforms.xShape;
  if (index < points) {
    let theta = thetas[index];
    result[index] = logProbability(x[index], means[index], theta);
    result[points + index] = pullOfMean(x[index], means[index], means[index], theta);
    result[2 * points + index] = byLogDispersion(x[index], means[index], theta) + dispersionOffset(theta);
  }
}
`
  }
}

const rows = z
  .object({ rows: z.array(z.tuple([z.number(), z.number(), z.number()]).rest(z.number())) })
  .parse(golden)
  .rows.map(([x, mean, theta, logProbability, byMean, , byLogTheta]) => ({
    x,
    mean,
    theta,
    expected: [logProbability, mean * byMean, byLogTheta],
  }))

interface Likelihood {
  readonly logLikelihood: Float32Array
  readonly byLogits: Float32Array
  readonly byLogDispersion: Float32Array
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

async function likelihoodOn(
  kernels: GraphKernels,
  { cells, genes, ...batch }: ReturnType<typeof randomCells>,
  meanFloor: number,
): Promise<Likelihood> {
  const tape = new Tape(true)
  const logits = tape.variable(tensor2d(batch.logits, [cells, genes]))
  const logDispersions = tape.variable(tensor1d(batch.logDispersions))
  const counts = tape.constant(tensor2d(batch.counts, [cells, genes]))
  const likelihood = kernels.negativeBinomial(tape, logits, logDispersions, counts, meanFloor)
  tape.backward(likelihood, tensor1d(batch.weights))
  const read = async (held: Tensor | null): Promise<Float32Array> =>
    Float32Array.from((await held?.data()) ?? [])
  return {
    logLikelihood: await read(likelihood.tensor),
    byLogits: await read(logits.gradient),
    byLogDispersion: await read(logDispersions.gradient),
  }
}

function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length)
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  return expected.reduce((most, value, at) => Math.max(most, Math.abs(value - actual[at])), 0) / largest
}

describe.skipIf('missing' in graphics)(
  'missing' in graphics ? `WebGPU (skipped: ${graphics.missing})` : 'WebGPU',
  () => {
    let executor: Executor
    beforeAll(async () => {
      executor = await webgpuExecutor()
    })

    test('names its adapter', () => {
      expect(executor.detail).toMatch(/^WebGPU on \S/)
    })

    test('single counts, also where the direct formula cancels', async () => {
      executor.open(selfTestModel, selfTestState()).close()
      const column = (values: number[]): Tensor => tensor1d(values)
      const info = activeBackend().runWebGPUProgram(
        new PointProgram(rows.length),
        [
          column(rows.map(({ x }) => x)),
          column(rows.map(({ mean }) => mean)),
          column(rows.map(({ theta }) => theta)),
        ],
        'float32',
      )
      const found = await engine().makeTensorFromTensorInfo(info, backend()).data()
      rows.forEach(({ x, mean, theta, expected }, at) => {
        // What a rounding of the mean or of θ to float32 alone may change: nothing else is lost.
        const rounding = Math.abs(expected[1]) + Math.abs(expected[2])
        const scales = [Math.abs(expected[0]) + rounding + 1, Math.abs(expected[1]) + mean, rounding + x + 1]
        const smallest = [1e-7, 1e-9, 1e-7]
        expected.forEach((value, part) => {
          const ours = found[part * rows.length + at]
          expect(
            Math.abs(ours - value),
            `x ${x}, mean ${mean}, theta ${theta}: ${ours}, not ${value}`,
          ).toBeLessThan(1e-6 * scales[part] + smallest[part])
        })
      })
    })

    test.each([
      [1, 1, 0],
      [3, 5, 0],
      [2, 257, 1e-4],
      [17, 40, 0],
    ])(
      'the likelihood of %d cells and %d genes with its gradients, as on the CPU',
      async (cells, genes, meanFloor) => {
        const batch = randomCells(cells, genes)
        await startCpu()
        const expected = await likelihoodOn(hostKernels, batch, meanFloor)
        executor.open(selfTestModel, selfTestState()).close()
        const ours = await likelihoodOn(webgpuKernels(activeBackend()), batch, meanFloor)
        expect(relativeDifference(ours.logLikelihood, expected.logLikelihood)).toBeLessThan(2e-6)
        expect(relativeDifference(ours.byLogDispersion, expected.byLogDispersion)).toBeLessThan(5e-6)
        if (genes > 1) expect(relativeDifference(ours.byLogits, expected.byLogits)).toBeLessThan(5e-6)
      },
    )

    test('a batch whose loss is not a number changes nothing', async () => {
      const state = selfTestState()
      const bias = state.parameters['output.bias'].slice().fill(NaN)
      const broken = { ...state, parameters: { ...state.parameters, 'output.bias': bias } }
      const session = executor.open(selfTestModel, broken)
      const before = await session.state()
      expect((await session.step(selfTestBatch(), 0.5, publishedAdam)).loss).toBeNaN()
      expect(await session.state()).toEqual(before)
      session.close()
    })

    test('a session frees what it used', async () => {
      executor.open(selfTestModel, selfTestState()).close()
      const before = engine().memory().numTensors
      const session = executor.open(selfTestModel, selfTestState())
      await session.step(selfTestBatch(), 0.5, publishedAdam)
      await session.evaluate(selfTestBatch(), 1)
      await session.inspect(selfTestBatch(), 1, 'evaluation')
      await session.encode(selfTestBatch())
      session.close()
      expect(engine().memory().numTensors).toBe(before)
    })

    test('a device that is lost is told by the next step, and the next executor has a new one', async () => {
      const session = executor.open(selfTestModel, selfTestState())
      await session.step(selfTestBatch(), 0.5, publishedAdam)
      activeBackend().device.destroy()
      await expect(session.step(selfTestBatch(), 0.5, publishedAdam)).rejects.toMatchObject({
        code: 'device/lost',
      })
      await expect(session.step(selfTestBatch(), 0.5, publishedAdam)).rejects.toMatchObject({
        code: 'device/lost',
      })
      const again = (await webgpuExecutor()).open(selfTestModel, selfTestState())
      expect((await again.evaluate(selfTestBatch(), 1)).loss).toBeGreaterThan(0)
      again.close()
    })
  },
)

test('a backend that computes wrongly is found out', async () => {
  const right = await startCpu()
  expect(await findDifference(right, right)).toBeNull()
  const wrong = (kernels: Partial<GraphKernels>) => ({ ...right, kernels: { ...hostKernels, ...kernels } })
  const losing = wrong({
    negativeBinomial: (...words) => {
      const { tensor, ...rest } = hostKernels.negativeBinomial(...words)
      return { ...rest, tensor: mul(tensor, 1.001) }
    },
  })
  expect(await findDifference(losing, right)).toMatch(/^the loss is /)
  const overshooting = wrong({
    adam: (trained, gradient, steps, settings) =>
      hostKernels.adam(trained, gradient, steps, { ...settings, learningRate: 0.1 }),
  })
  expect(await findDifference(overshooting, right)).toMatch(/ differs after a step$/)
  const still = wrong({ moveTowards: (running) => running.clone() })
  expect(await findDifference(still, right)).toMatch(
    /^hidden\.runningMean differs|^hidden\.runningVariance differs/,
  )
})
