import { beforeAll, describe, expect, test } from 'vitest'
import type { Session } from '../compute/executor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import golden from '../golden/integrated_gradients.json'
import modelFile from '../golden/model_svaeplus_bn.json'
import { goldenModelSchema, goldenState } from '../models/goldenModel'
import { publishedForm, svaePlus } from '../models/svaePlus'
import { defaultAttribution, integratedGradients } from './integratedGradients'

const goldenModel = goldenModelSchema.parse(modelFile)
const counts = Float32Array.from(golden.x.data)
const rules = [
  ['right', 'right'],
  ['midpoint', 'midpoint'],
  ['gauss_legendre', 'gaussLegendre'],
] as const
const paths = [
  ['counts', 'counts'],
  ['log1p', 'logCounts'],
] as const
let session: Session

beforeAll(async () => {
  const { dims, alpha, beta, n_obs: trainingCells } = goldenModel
  const model = svaePlus(
    { ...dims, batchNorm: true, dropout: 0 },
    { ...publishedForm, alpha, beta, trainingCells },
  )
  session = (await graphExecutor()).open(model, goldenState(goldenModel, model))
})

describe.each(rules)('integrated gradients by the %s rule', (goldenRule, rule) => {
  test.each(paths)('along the path in %s space', async (goldenPath, path) => {
    const expected = golden.results[`${goldenPath}_${goldenRule}`].attributions
    const [latents, cells, genes] = expected.shape
    const largest = Math.max(...expected.data.map(Math.abs))
    for (let latent = 0; latent < latents; latent++) {
      const actual = await integratedGradients(session, counts, latent, { path, rule, steps: golden.steps })
      expect(actual).toHaveLength(cells * genes)
      actual.forEach((value, at) => {
        const reference = expected.data[latent * cells * genes + at]
        expect(Math.abs(value - reference)).toBeLessThanOrEqual(1e-4 * Math.abs(reference) + 1e-5 * largest)
      })
    }
  })
})

test('by default they sum over genes to the difference that the counts make', async () => {
  const [, cells] = golden.results.log1p_f_x_minus_f_0.shape
  const genes = counts.length / cells
  const differences = golden.results.log1p_f_x_minus_f_0.data
  const attributions = await integratedGradients(session, counts, 1, defaultAttribution)
  for (let cell = 0; cell < cells; cell++) {
    const sum = attributions
      .subarray(cell * genes, (cell + 1) * genes)
      .reduce((total, part) => total + part, 0)
    const largest = Math.max(...differences.map(Math.abs))
    expect(Math.abs(sum - differences[cells + cell])).toBeLessThan(0.02 * largest)
  }
})
