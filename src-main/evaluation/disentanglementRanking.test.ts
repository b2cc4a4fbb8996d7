import { expect, test } from 'vitest'
import golden from '../golden/udr.json'
import { goldenMatrix } from '../golden/goldenMatrix'
import { disentanglementRanking, informativeDivergence } from './disentanglementRanking'

const models = golden.representations.map((latents, i) => ({
  latents: goldenMatrix(latents),
  meanDivergence: golden.kl[i].data,
}))

test.each([
  ['paper', golden.pairwise_paper, golden.model_scores_paper],
  ['meanOfMeans', golden.pairwise_mean_of_means, golden.model_scores_mean_of_means],
] as const)('golden models, normalisation %s', (normalisation, pairs, scores) => {
  expect(informativeDivergence).toBe(golden.kl_threshold)
  const ranking = disentanglementRanking(models, normalisation)
  ranking.pairs.values.forEach((value, i) => expect(value).toBeCloseTo(pairs.data[i], 12))
  ranking.scores.forEach((value, i) => expect(value).toBeCloseTo(scores[i], 12))
})

test('ranks the setting whose seeds agree above one whose seeds do not', () => {
  const [first, second, third] = models
  const turned = {
    ...first,
    latents: {
      ...first.latents,
      // Latents of the first model in another order and with other signs.
      values: Float64Array.from(
        first.latents.values,
        (_, i) => -2 * first.latents.values[i - (i % 3) + ((i + 1) % 3)],
      ),
    },
  }
  const [agreeing] = disentanglementRanking([first, turned]).scores
  const [disagreeing] = disentanglementRanking([second, third]).scores
  expect(agreeing).toBeGreaterThan(2 * disagreeing)
})

test('models whose latents say nothing score nothing', () => {
  const idle = { ...models[0], meanDivergence: [0, 0, 0] }
  expect([...disentanglementRanking([idle, models[1]]).scores]).toEqual([0, 0])
})

test('needs two runs', () => {
  expect(() => disentanglementRanking(models.slice(0, 1))).toThrow(
    expect.objectContaining({ code: 'evaluation/fewRuns' }),
  )
})
