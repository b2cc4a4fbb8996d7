import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishedAdam } from '../compute/adam'
import type { Session } from '../compute/executor'
import type { Model } from '../compute/model'
import betaVae from '../golden/model_betavae_bn.json'
import betaVaeWithoutBatchNorm from '../golden/model_betavae_nobn.json'
import ivaeCode from '../golden/model_ivae_bn.json'
import ivaeWithoutBatchNorm from '../golden/model_ivae_nobn.json'
import ivaePaper from '../golden/model_ivae_paper_bn.json'
import svaeCode from '../golden/model_svae_bn.json'
import svaeFixedMask from '../golden/model_svae_frozen_bn.json'
import svaeWithoutBatchNorm from '../golden/model_svae_nobn.json'
import svaePaper from '../golden/model_svae_paper_bn.json'
import svaePlusCode from '../golden/model_svaeplus_bn.json'
import withDropout from '../golden/model_svaeplus_dropout_bn.json'
import svaePlusFixedMask from '../golden/model_svaeplus_frozen_bn.json'
import halfDivergence from '../golden/model_svaeplus_halfkl_bn.json'
import averagedMask from '../golden/model_svaeplus_marginal_bn.json'
import svaePlusWithoutBatchNorm from '../golden/model_svaeplus_nobn.json'
import svaePlusPaper from '../golden/model_svaeplus_paper_bn.json'
import perPerturbation from '../golden/model_svaeplus_peraction_bn.json'
import vaeWithBatchNorm from '../golden/model_vae_bn.json'
import vaeWithoutBatchNorm from '../golden/model_vae_nobn.json'
import type { BodyShape } from './body'
import { expectGradient, expectValues, goldenExecutors } from './goldenChecks'
import {
  goldenBatch,
  goldenModelSchema,
  goldenState,
  nameOf,
  tensorsOf,
  type GoldenModel,
} from './goldenModel'
import { ivae, type IvaeOptions } from './ivae'
import { svae, type SvaeOptions } from './svae'
import { publishedForm, svaePlus, type SvaePlusOptions } from './svaePlus'
import { vae } from './vae'

type Build = (body: BodyShape, golden: GoldenModel) => Model

const vaeModel: Build = (body) => vae('vae', body, { beta: 1 })
const betaVaeModel: Build = (body, { beta }) => vae('beta-vae', body, { beta })
const ivaeModel =
  (mask: IvaeOptions['mask']): Build =>
  (body) =>
    ivae(body, { mask })
const svaeModel =
  (form: Pick<SvaeOptions, 'penalty' | 'mask'>): Build =>
  (body, { alpha, n_obs: trainingCells }) =>
    svae(body, { alpha, trainingCells, ...form })
const svaePlusModel =
  (form: Pick<SvaePlusOptions, 'sparsity' | 'mask'>): Build =>
  (body, { alpha, beta, n_obs: trainingCells }) =>
    svaePlus(body, { alpha, beta, trainingCells, ...form })

const forms: readonly [name: string, file: unknown, build: Build][] = [
  ['VAE', vaeWithBatchNorm, vaeModel],
  ['VAE without BatchNorm', vaeWithoutBatchNorm, vaeModel],
  ['β-VAE', betaVae, betaVaeModel],
  ['β-VAE without BatchNorm', betaVaeWithoutBatchNorm, betaVaeModel],
  ['iVAE of the code', ivaeCode, ivaeModel('perCell')],
  ['iVAE without BatchNorm', ivaeWithoutBatchNorm, ivaeModel('perCell')],
  ['iVAE of the paper', ivaePaper, ivaeModel('present')],
  ['sVAE of the code', svaeCode, svaeModel({ penalty: 'mean', mask: 'perCell' })],
  ['sVAE without BatchNorm', svaeWithoutBatchNorm, svaeModel({ penalty: 'mean', mask: 'perCell' })],
  ['sVAE of the paper', svaePaper, svaeModel({ penalty: 'sum', mask: 'perCell' })],
  ['sVAE with a fixed mask', svaeFixedMask, svaeModel({ penalty: 'mean', mask: 'fixed' })],
  ['sVAE+ of the code', svaePlusCode, svaePlusModel(publishedForm)],
  ['sVAE+ without BatchNorm', svaePlusWithoutBatchNorm, svaePlusModel(publishedForm)],
  ['sVAE+ with dropout', withDropout, svaePlusModel(publishedForm)],
  ['sVAE+ of the paper', svaePlusPaper, svaePlusModel({ sparsity: 'bernoulliBeta', mask: 'perCell' })],
  ['sVAE+, half divergence', halfDivergence, svaePlusModel({ sparsity: 'presentBeta', mask: 'perCell' })],
  [
    'sVAE+, draw per perturbation',
    perPerturbation,
    svaePlusModel({ sparsity: 'beta', mask: 'perPerturbation' }),
  ],
  ['sVAE+ with the mask averaged over', averagedMask, svaePlusModel({ sparsity: 'beta', mask: 'marginal' })],
  ['sVAE+ with a fixed mask', svaePlusFixedMask, svaePlusModel({ sparsity: 'beta', mask: 'fixed' })],
]

function numbersOf(value: number | { readonly data: readonly number[] }): readonly number[] {
  return typeof value === 'number' ? [value] : value.data
}

describe.each(goldenExecutors)('golden models on %s', (_executor, start) => {
  describe.each(forms)('%s', (_name, file, build) => {
    const golden = goldenModelSchema.parse(file)
    const { dims, batch_norm: batchNorm, dropout } = golden
    const model = build(
      { ...dims, contentLatents: 0, covariateLevels: 0, batchNorm, dropout, residual: false },
      golden,
    )
    let session: Session

    beforeAll(async () => {
      session = (await start()).open(model, goldenState(golden, model))
    })
    afterAll(() => session.close())

    test.each(['training', 'evaluation'] as const)('intermediates and loss in %s', async (mode) => {
      const expected = mode === 'training' ? golden.train : golden.eval
      const { intermediates, figures } = await session.inspect(goldenBatch(golden, 0), golden.kl_weight, mode)
      for (const [goldenName, value] of Object.entries(expected)) {
        const ours = nameOf(goldenName)
        if (ours in intermediates) expectValues(goldenName, intermediates[ours], numbersOf(value))
      }
      const seen = Object.keys(expected).map(nameOf)
      expect(seen).toEqual(expect.arrayContaining(['latent.mean', 'logLikelihood', 'kl']))
      expect(seen.includes('priorMean') !== seen.includes('shift')).toBe(true)
      expect(Math.abs(figures.loss / numbersOf(expected.loss)[0] - 1)).toBeLessThan(1e-5)
    })

    test('every gradient', async () => {
      const batch = goldenBatch(golden, 0)
      const { gradients, statistics } = await session.inspect(batch, golden.kl_weight, 'training')
      const all = Object.values(golden.grad).flatMap((gradient) => gradient?.data ?? [])
      const largest = Math.max(...all.map(Math.abs))
      for (const [goldenName, expected] of Object.entries(golden.grad)) {
        // What the loss does not depend on has no gradient, or one of zeros.
        const needed = expected?.data.some((value) => value !== 0)
        if (expected && needed)
          expectGradient(goldenName, gradients[nameOf(goldenName)], expected.data, largest)
        else expect(gradients[nameOf(goldenName)], goldenName).toBeUndefined()
      }
      for (const [statistic, expected] of Object.entries(tensorsOf(golden.running_after))) {
        expectValues(statistic, statistics[statistic], [...expected])
      }
    })

    // Last, as only steps change values.
    test('three steps of Adam', async () => {
      for (let step = 0; step < 3; step++) {
        const { loss } = await session.step(goldenBatch(golden, step), golden.kl_weight, publishedAdam)
        expect(Math.abs(loss / golden.three_steps.losses[step] - 1)).toBeLessThan(1e-5)
      }
      const { parameters, statistics } = await session.state()
      const expected = tensorsOf(golden.three_steps.params)
      for (const [parameter, values] of Object.entries(parameters)) {
        if (parameter === 'mechanism.fixedMask') continue
        // Biases in front of a BatchNorm have gradient zero up to rounding, which Adam (ε = 0.01) enlarges.
        const absolute = golden.batch_norm && /layer\d\.bias$/.test(parameter) ? 2e-4 : 2e-5
        expectValues(parameter, values, [...expected[parameter]], absolute)
      }
      for (const [statistic, values] of Object.entries(tensorsOf(golden.three_steps.running))) {
        expectValues(statistic, statistics[statistic], [...values])
      }
    })
  })
})
