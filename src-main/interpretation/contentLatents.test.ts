import { latentSharesSchema } from '@contract/results'
import { modelNames, modelRecipeSchema, type ModelRecipe } from '@contract/recipe'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Executor } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { importanceWeightedLikelihood } from '../evaluation/importanceWeightedLikelihood'
import { fitShifts, heldOutData, retrainWithFixedMask } from '../evaluation/transfer'
import { shiftTensor } from '../models/maskedShift'
import type { PreparedScreen } from '../screen/screen'
import type { Checkpoint } from '../training/checkpoint'
import { phaseAfter } from '../training/phases'
import { smallScreen } from '../training/smallScreen'
import { train } from '../training/train'
import { trainingData } from '../training/trainingData'
import { interpret } from './interpret'
import { latentShares, shownShares } from './latentShares'
import { splitLatents } from './splitLatents'
import { targetGraph } from './targetGraph'

const screen: PreparedScreen = smallScreen(120)
const kernels = fusedExecutor({ threads: 1 })
let graph: Executor

beforeAll(async () => {
  graph = await graphExecutor()
})

async function trained(changes: Partial<ModelRecipe> = {}, of = screen): Promise<Checkpoint> {
  const configuration = modelRecipeSchema.parse({
    ...{ latents: 2, contentLatents: 3, epochs: 6, batchSize: 32, warmUp: 2, patience: null, hidden: 16 },
    ...{ learningRate: 0.02, alpha: null, seed: 3, ...changes },
  })
  const { checkpoint } = await train({
    ...{ data: trainingData(of, configuration), configuration, executor: kernels },
    onEpoch: () => undefined,
    onCheckpoint: () => Promise.resolve(),
  })
  return checkpoint
}

function modelOf({ configuration, size, progress, stage }: Checkpoint) {
  return phaseAfter(configuration, size, progress.epoch, stage).model
}

describe('a run with content latents', () => {
  test.each(modelNames)(
    'of %s is interpreted, content latents apart, alike on both engines',
    async (name) => {
      const checkpoint = await trained({ model: name })
      const results = await interpret(checkpoint, screen, { executor: kernels })
      const others = await interpret(checkpoint, screen, { executor: graph })
      expect(results.latents).toEqual(['z1', 'z2'])
      expect(results.content?.latents).toEqual(['c1', 'c2', 'c3'])
      expect(results.latentMeans).toHaveLength(120 * 2)
      expect(results.content?.means).toHaveLength(120 * 3)
      expect(results.geneScores).toHaveLength(12 * 2)
      expect(results.content?.geneScores).toHaveLength(12 * 3)
      for (const [ours, theirs] of [
        [results.latentMeans, others.latentMeans],
        [results.geneScores, others.geneScores],
        [results.content?.means, others.content?.means],
        [results.content?.geneScores, others.content?.geneScores],
      ] as const) {
        ours?.forEach((value, at) => expect(value).toBeCloseTo(theirs?.[at] ?? NaN, 3))
      }
      const expected = [results.shift && 4 * 2, results.observed && 4 * 2]
      expect([results.shift?.length ?? null, results.observed?.shift.length ?? null]).toEqual(expected)
    },
  )

  test('keeps them out of the target graph, and tells what they follow', async () => {
    const results = await interpret(await trained(), screen, { executor: kernels })
    const shownGraph = targetGraph({ screen, ...results })
    expect(shownGraph?.latents.map(({ name }) => name)).toEqual(['z1', 'z2'])
    const { shares, content } = results
    const shown = shownShares(
      { latents: results.latents, contentLatents: content?.latents ?? [], shares },
      {},
    )
    expect(latentSharesSchema.parse(shown).latents).toEqual([
      { name: 'z1', label: 'Latent 1', content: false },
      { name: 'z2', label: 'Latent 2', content: false },
      { name: 'c1', label: 'Content latent 1', content: true },
      { name: 'c2', label: 'Content latent 2', content: true },
      { name: 'c3', label: 'Content latent 3', content: true },
    ])
    // The columns of content latents are those that the same means have alone.
    const alone = latentShares({
      ...{ screen, latents: ['c1', 'c2', 'c3'], latentMeans: content?.means ?? new Float32Array(0) },
      content: null,
    })
    const columns = splitLatents(shares?.share ?? new Float32Array(0), { latents: 5, shiftedLatents: 2 })
    expect(columns.content).toEqual(alone.share)
  })

  test('fits nothing but shifts to held-out cells, which become likelier', async () => {
    // A, whose effect B has too.
    const withoutA = smallScreen(240)
    const held: PreparedScreen = {
      ...withoutA,
      heldOut: [true, false, false, false],
      splitOfCell: Array.from(withoutA.perturbationOfCell, (row) => (row === 0 ? 'test' : 'train')),
    }
    const options = { screen: held, executor: kernels, onCheckpoint: () => Promise.resolve() }
    const joint = await trained({ epochs: 25, batchSize: 16, learningRate: 0.01 }, held)
    const { checkpoint: before } = await retrainWithFixedMask(joint, options)
    const { checkpoint: after } = await fitShifts(before, options)
    const changed = Object.keys(before.state.parameters).filter(
      (name) => before.state.parameters[name].join() !== after.state.parameters[name].join(),
    )
    expect(changed).toEqual([shiftTensor])
    const { counts, perturbationOfCell } = held
    const cells = heldOutData(held, { covariates: [] }).trainingCells
    const weighed = async (checkpoint: Checkpoint, executor: Executor): Promise<Float64Array> => {
      const session = executor.open(modelOf(checkpoint), checkpoint.state)
      const data = { counts, covariates: null, perturbationOfCell, cells }
      const { logLikelihood } = await importanceWeightedLikelihood(session, data, { particles: 200, seed: 1 })
      session.close()
      return logLikelihood
    }
    const mean = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length
    const [here, there] = [await weighed(after, kernels), await weighed(after, graph)]
    here.forEach((value, at) => expect(value).toBeCloseTo(there[at], 2))
    expect(mean(here)).toBeGreaterThan(mean(await weighed(before, kernels)) + 0.05)
  })
})

test('values of all latents are split row by row', () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6)
  expect(splitLatents(values, { latents: 3, shiftedLatents: 2 })).toEqual({
    shifted: Float32Array.of(1, 2, 4, 5),
    content: Float32Array.of(3, 6),
  })
  expect(splitLatents(values, { latents: 3, shiftedLatents: 3 }).shifted).toBe(values)
})
