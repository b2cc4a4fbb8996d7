import { modelRecipeSchema } from '@contract/recipe'
import { beforeAll, expect, test } from 'vitest'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { someCells } from '../compute/cellRows'
import { smallScreen } from '../training/smallScreen'
import { train, type TrainingOutcome } from '../training/train'
import { trainingData } from '../training/trainingData'
import { phaseAfter } from '../training/phases'
import { interpret } from './interpret'
import { refineLatents } from './refineLatents'

const screen = smallScreen(120)
const executor = fusedExecutor({ threads: 1 })
let outcome: TrainingOutcome

beforeAll(async () => {
  outcome = await train({
    data: trainingData(screen, { covariates: [] }),
    configuration: modelRecipeSchema.parse({
      ...{ latents: 2, epochs: 15, batchSize: 32, warmUp: 3, patience: null, learningRate: 0.02, alpha: 3 },
      hidden: 16,
    }),
    executor,
    onEpoch: () => undefined,
    onCheckpoint: () => Promise.resolve(),
  })
}, 60_000)

test('fits the cells better, all but those of perturbations that were not trained, the same each time', async () => {
  const { means, refined, negativeElbo } = await refineLatents(outcome.checkpoint, screen, { executor })
  expect(negativeElbo.after).toBeLessThan(negativeElbo.before)
  expect(refined).toEqual(Array.from(screen.perturbationOfCell, (perturbation) => perturbation !== 3))

  const { configuration, size, progress, state } = outcome.checkpoint
  const session = executor.open(phaseAfter(configuration, size, progress.epoch).model, state)
  const cells = Uint32Array.from(refined.keys())
  const encoded = await session.encode(someCells({ counts: screen.counts, covariates: null }, cells))
  session.close()
  const moved = cells.map((cell) => Number(means[2 * cell] !== encoded[2 * cell]))
  expect(Array.from(moved, (flag) => flag === 1)).toEqual(refined)

  expect((await refineLatents(outcome.checkpoint, screen, { executor })).means).toEqual(means)
})

test('with content latents refines all and gives those that perturbations may shift', async () => {
  const { checkpoint } = await train({
    data: trainingData(screen, { covariates: [] }),
    configuration: modelRecipeSchema.parse({
      ...{ latents: 2, contentLatents: 3, epochs: 8, batchSize: 32, warmUp: 3, patience: null, hidden: 16 },
      ...{ learningRate: 0.02, alpha: 3 },
    }),
    executor,
    onEpoch: () => undefined,
    onCheckpoint: () => Promise.resolve(),
  })
  const { means, refined, negativeElbo } = await refineLatents(checkpoint, screen, { executor })
  expect(means).toHaveLength(refined.length * 2)
  expect(negativeElbo.after).toBeLessThan(negativeElbo.before)
  const { latentMeans, content } = await interpret(checkpoint, screen, { executor })
  expect(content?.means).toHaveLength(refined.length * 3)
  const held = refined.indexOf(false)
  expect(means.subarray(2 * held, 2 * held + 2)).toEqual(latentMeans.subarray(2 * held, 2 * held + 2))
})

test('stops when cancelled', async () => {
  const controller = new AbortController()
  const onProgress = (): void => {
    controller.abort(new Error('Cancelled by the person.'))
  }
  const refining = refineLatents(outcome.checkpoint, screen, {
    executor,
    onProgress,
    signal: controller.signal,
  })
  await expect(refining).rejects.toThrow('Cancelled by the person.')
})
