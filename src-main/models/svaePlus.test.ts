import { describe, expect, test } from 'vitest'
import { publishedAdam } from '../compute/adam'
import type { Executor, Session } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { startCpu } from '../compute/graph/tfjsBackend'
import { startWasm } from '../compute/graph/wasmBackend'
import type { Model } from '../compute/model'
import published from '../golden/model_svaeplus_bn.json'
import withDropout from '../golden/model_svaeplus_dropout_bn.json'
import fixedMask from '../golden/model_svaeplus_frozen_bn.json'
import halfDivergence from '../golden/model_svaeplus_halfkl_bn.json'
import withoutBatchNorm from '../golden/model_svaeplus_nobn.json'
import paper from '../golden/model_svaeplus_paper_bn.json'
import perPerturbation from '../golden/model_svaeplus_peraction_bn.json'
import { publishedForm, svaePlus, type SvaePlusOptions } from './svaePlus'
import {
  goldenBatch,
  goldenModelSchema,
  goldenState,
  nameOf,
  tensorsOf,
  type GoldenModel,
} from './goldenModel'

const forms: readonly [name: string, file: unknown, form: Pick<SvaePlusOptions, 'sparsity' | 'mask'>][] = [
  ['published', published, publishedForm],
  ['without BatchNorm', withoutBatchNorm, publishedForm],
  ['with dropout', withDropout, publishedForm],
  ['sparsity of the paper', paper, { sparsity: 'bernoulliBeta', mask: 'perCell' }],
  ['half of the divergence', halfDivergence, { sparsity: 'presentBeta', mask: 'perCell' }],
  ['one draw per perturbation', perPerturbation, { sparsity: 'beta', mask: 'perPerturbation' }],
  ['fixed mask', fixedMask, { sparsity: 'beta', mask: 'fixed' }],
]

function modelOfGolden(golden: GoldenModel, form: Pick<SvaePlusOptions, 'sparsity' | 'mask'>): Model {
  const { dims, alpha, beta, n_obs: trainingCells, batch_norm: batchNorm, dropout } = golden
  return svaePlus({ ...dims, batchNorm, dropout }, { alpha, beta, trainingCells, ...form })
}

/** float32: values within rtol 2e-5 and atol 2e-5 (unless told otherwise). */
function expectValues(
  name: string,
  actual: Float32Array,
  expected: readonly number[],
  absolute = 2e-5,
): void {
  expect(actual.length, name).toBe(expected.length)
  actual.forEach((value, at) => {
    expect(
      Math.abs(value - expected[at]),
      `${name}[${at}] is ${value}, not ${expected[at]}`,
    ).toBeLessThanOrEqual(absolute + 2e-5 * Math.abs(expected[at]))
  })
}

const executors: readonly [name: string, start: () => Promise<Executor>][] = [
  ['tfjs in WebAssembly', () => graphExecutor(startWasm)],
  ['tfjs in JavaScript', () => graphExecutor(startCpu)],
  ['kernels on one thread', () => Promise.resolve(fusedExecutor({ threads: 1 }))],
  ['kernels on two threads', () => Promise.resolve(fusedExecutor({ threads: 2 }))],
  ['kernels without relaxed SIMD', () => Promise.resolve(fusedExecutor({ threads: 3, build: 'plain' }))],
]

describe.each(executors)('sVAE+ on %s', (_executor, start) => {
  describe.each(forms)('golden: %s', (_name, file, form) => {
    const golden = goldenModelSchema.parse(file)
    const model = modelOfGolden(golden, form)
    const open = async (): Promise<Session> => (await start()).open(model, goldenState(golden, model))

    test.each(['training', 'evaluation'] as const)('intermediates and loss in %s', async (mode) => {
      const expected = mode === 'training' ? golden.train : golden.eval
      const { intermediates, figures } = await (
        await open()
      ).inspect(goldenBatch(golden, 0), golden.kl_weight, mode)
      for (const [goldenName, value] of Object.entries(expected)) {
        const ours = intermediates[nameOf(goldenName)]
        if (typeof value !== 'number' && nameOf(goldenName) in intermediates) {
          expectValues(goldenName, ours, value.data)
        }
      }
      const seen = Object.keys(expected).map(nameOf)
      expect(seen).toEqual(expect.arrayContaining(['latent.mean', 'logLikelihood', 'kl', 'priorMean']))
      const loss = expected.loss
      const expectedLoss = typeof loss === 'number' ? loss : loss.data[0]
      expect(Math.abs(figures.loss / expectedLoss - 1)).toBeLessThan(1e-5)
    })

    test('every gradient', async () => {
      const { gradients, statistics } = await (
        await open()
      ).inspect(goldenBatch(golden, 0), golden.kl_weight, 'training')
      const all = Object.values(golden.grad).flatMap((gradient) => gradient?.data ?? [])
      const largest = Math.max(...all.map(Math.abs))
      for (const [goldenName, expected] of Object.entries(golden.grad)) {
        const actual = gradients[nameOf(goldenName)]
        if (!expected) {
          expect(actual, goldenName).toBeUndefined()
          continue
        }
        expected.data.forEach((value, at) => {
          expect(
            Math.abs(actual[at] - value),
            `${goldenName}[${at}] is ${actual[at]}, not ${value}`,
          ).toBeLessThanOrEqual(2e-5 * largest + 2e-4 * Math.abs(value))
        })
      }
      for (const [statistic, expected] of Object.entries(tensorsOf(golden.running_after))) {
        expectValues(statistic, statistics[statistic], [...expected])
      }
    })

    test('three steps of Adam', async () => {
      const session = await open()
      for (let step = 0; step < 3; step++) {
        const { loss } = await session.step(goldenBatch(golden, step), golden.kl_weight, publishedAdam)
        expect(Math.abs(loss / golden.three_steps.losses[step] - 1)).toBeLessThan(1e-5)
      }
      const { parameters, statistics } = await session.state()
      for (const [parameter, expected] of Object.entries(tensorsOf(golden.three_steps.params))) {
        // Parameters that the loss of this form does not depend on are not part of the model.
        // Biases in front of a BatchNorm have gradient zero up to rounding, which Adam (ε = 0.01) enlarges.
        const absolute = golden.batch_norm && /layer\d\.bias$/.test(parameter) ? 2e-4 : 2e-5
        if (parameter in parameters) expectValues(parameter, parameters[parameter], [...expected], absolute)
        else expect(expected).toEqual(tensorsOf(golden.params)[parameter])
      }
      for (const [statistic, expected] of Object.entries(tensorsOf(golden.three_steps.running))) {
        expectValues(statistic, statistics[statistic], [...expected])
      }
    })
  })
})
