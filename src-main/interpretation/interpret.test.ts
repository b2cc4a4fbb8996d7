import { targetGraphSchema } from '@contract/results'
import { modelRecipeSchema } from '@contract/recipe'
import { beforeAll, expect, test } from 'vitest'
import type { Executor } from '../compute/executor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { engine } from '@tensorflow/tfjs-core'
import { smallScreen } from '../training/smallScreen'
import { train, type TrainingOutcome } from '../training/train'
import { trainingData } from '../training/trainingData'
import { interpret } from './interpret'
import { targetGraph } from './targetGraph'

const screen = smallScreen(240)
let executor: Executor
let outcome: TrainingOutcome

beforeAll(async () => {
  executor = await graphExecutor()
  outcome = await train({
    data: trainingData(screen, { covariates: [] }),
    configuration: modelRecipeSchema.parse({
      latents: 2,
      epochs: 50,
      batchSize: 32,
      warmUp: 10,
      patience: null,
      learningRate: 0.02,
      alpha: 3,
    }),
    executor,
    onEpoch: () => undefined,
    onCheckpoint: () => Promise.resolve(),
  })
}, 60_000)

test('finds the shared effect of two perturbations, its genes, and the latents of every cell', async () => {
  const messages: string[] = []
  const tensors = engine().memory().numTensors
  const results = await interpret(outcome.checkpoint, screen, {
    executor,
    onProgress: (_fraction, message) => messages.push(message),
  })
  expect(engine().memory().numTensors).toBe(tensors)
  expect(results.latents).toEqual(['z1', 'z2'])
  expect(results.trained).toEqual([true, true, true, false])
  expect(results.latentMeans).toHaveLength(240 * 2)
  expect(results.geneScores).toHaveLength(12 * 2)
  expect(messages.length).toBeGreaterThan(2)

  const graph = targetGraphSchema.parse(targetGraph({ screen, ...results }))
  expect(graph.perturbations.map(({ name }) => name)).toEqual(['A', 'B', 'C'])
  const sizes = graph.latents.map((_, latent) => Math.abs(graph.shift[0][latent]))
  const shared = sizes[0] > sizes[1] ? 0 : 1
  expect(graph.probability[0][shared]).toBeGreaterThan(0.5)
  expect(graph.probability[1][shared]).toBeGreaterThan(0.5)
  expect(Math.sign(graph.shift[0][shared])).toBe(Math.sign(graph.shift[1][shared]))
  expect([...graph.latents[shared].topGenes].sort()).toEqual(['GENE0', 'GENE1', 'GENE2'])
})

test('another screen is refused and a cancelled interpretation stops', async () => {
  await expect(interpret(outcome.checkpoint, smallScreen(240, 11), { executor })).rejects.toMatchObject({
    code: 'checkpoint/otherScreen',
  })
  const cancelled = AbortSignal.abort()
  await expect(interpret(outcome.checkpoint, screen, { executor, signal: cancelled })).rejects.toMatchObject({
    name: 'AbortError',
  })
})
