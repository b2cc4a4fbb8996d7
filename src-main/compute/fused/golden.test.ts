import { describe, expect, test } from 'vitest'
import { fusedExecutor } from './fusedExecutor'
import { publishedAdam } from '../adam'
import published from '../../golden/model_svaeplus_bn.json'
import withDropout from '../../golden/model_svaeplus_dropout_bn.json'
import fixedMask from '../../golden/model_svaeplus_frozen_bn.json'
import halfDivergence from '../../golden/model_svaeplus_halfkl_bn.json'
import withoutBatchNorm from '../../golden/model_svaeplus_nobn.json'
import paper from '../../golden/model_svaeplus_paper_bn.json'
import perPerturbation from '../../golden/model_svaeplus_peraction_bn.json'
import { publishedForm, svaePlus, type SvaePlusOptions } from '../../models/svaePlus'
import { goldenBatch, goldenModelSchema, goldenState, nameOf, tensorsOf } from '../../models/goldenModel'

const forms: readonly [name: string, file: unknown, form: Pick<SvaePlusOptions, 'sparsity' | 'mask'>][] = [
  ['published', published, publishedForm],
  ['without BatchNorm', withoutBatchNorm, publishedForm],
  ['with dropout', withDropout, publishedForm],
  ['sparsity of the paper', paper, { sparsity: 'bernoulliBeta', mask: 'perCell' }],
  ['half of the divergence', halfDivergence, { sparsity: 'presentBeta', mask: 'perCell' }],
  ['one draw per perturbation', perPerturbation, { sparsity: 'beta', mask: 'perPerturbation' }],
  ['fixed mask', fixedMask, { sparsity: 'beta', mask: 'fixed' }],
]
describe.each([1, 2] as const)('%s threads', (threads) => {
  test.each(forms)('golden %s', async (_name, file, form) => {
    const golden = goldenModelSchema.parse(file)
    const { dims, alpha, beta, n_obs: trainingCells, batch_norm: batchNorm, dropout } = golden
    const model = svaePlus({ ...dims, batchNorm, dropout }, { alpha, beta, trainingCells, ...form })
    const executor = fusedExecutor({ threads })
    const session = executor.open(model, goldenState(golden, model))
    for (const mode of ['training', 'evaluation'] as const) {
      const expected = mode === 'training' ? golden.train : golden.eval
      const { intermediates, figures, gradients } = await session.inspect(goldenBatch(golden, 0), golden.kl_weight, mode)
      let worst = 0
      for (const [g, v] of Object.entries(expected)) {
        const ours = intermediates[nameOf(g)]
        if (typeof v === 'number' || !(nameOf(g) in intermediates)) continue
        v.data.forEach((e, i) => {
          const d = Math.abs(ours[i] - e) / (2e-5 + 2e-5 * Math.abs(e))
          if (!(d < 1)) console.log(threads, _name, mode, g, i, ours[i], e)
          worst = Math.max(worst, d)
        })
      }
      const l = expected.loss
      const el = typeof l === 'number' ? l : l.data[0]
      if (!(Math.abs(figures.loss / el - 1) < 1e-5)) console.log(_name, mode, 'loss', figures.loss, el)
      if (mode === 'training') {
        const largest = Math.max(...Object.values(golden.grad).flatMap((g) => g?.data ?? []).map(Math.abs))
        for (const [g, e] of Object.entries(golden.grad)) {
          if (!e) continue
          let bad = 0
          e.data.forEach((v, i) => {
            const d = Math.abs(gradients[nameOf(g)][i] - v) / (2e-5 * largest + 2e-4 * Math.abs(v))
            if (!(d < 1)) bad++
          })
          if (bad) console.log(_name, 'grad', g, bad, e.data.length, gradients[nameOf(g)].slice(0, 4), e.data.slice(0, 4))
        }
      }
    }
    for (let s = 0; s < 3; s++) {
      const { loss } = await session.step(goldenBatch(golden, s), golden.kl_weight, publishedAdam)
      expect(Math.abs(loss / golden.three_steps.losses[s] - 1)).toBeLessThan(1e-5)
    }
    session.close()
  })
})
