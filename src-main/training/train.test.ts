import { modelRecipeSchema } from '@contract/recipe'
import { engine } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Executor } from '../compute/executor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint'
import { smallScreen } from './smallScreen'
import { train, type TrainingOptions } from './train'
import { trainingData } from './trainingData'

const data = trainingData(smallScreen(), { covariates: [] })
const configuration = modelRecipeSchema.parse({
  latents: 3,
  epochs: 4,
  batchSize: 8,
  warmUp: 2,
  patience: null,
  seed: 11,
})
let executor: Executor

beforeAll(async () => {
  executor = await graphExecutor()
})

function options(changes: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    data,
    configuration,
    executor,
    onEpoch: () => undefined,
    onCheckpoint: () => Promise.resolve(),
    ...changes,
  }
}

/** A checkpoint without what clocks say. */
function withoutTimes({ progress, ...rest }: Checkpoint): unknown {
  return {
    ...rest,
    progress: { ...progress, history: progress.history.map((record) => ({ ...record, seconds: 0 })) },
  }
}

describe('train', () => {
  test('gives the same run for the same seed and another one for another seed', async () => {
    const [first, again] = [await train(options()), await train(options())]
    expect(withoutTimes(again.checkpoint)).toEqual(withoutTimes(first.checkpoint))
    const other = await train(options({ configuration: { ...configuration, seed: 12 } }))
    expect(other.checkpoint.state.parameters).not.toEqual(first.checkpoint.state.parameters)
  })

  test('lowers the negative ELBO and records every epoch', async () => {
    const epochs: number[] = []
    const outcome = await train(
      options({
        configuration: { ...configuration, epochs: 30, learningRate: 0.01 },
        onEpoch: ({ epoch }) => void epochs.push(epoch),
      }),
    )
    const { history } = outcome.checkpoint.progress
    expect(epochs).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
    expect(history.slice(0, 3).map(({ klWeight }) => klWeight)).toEqual([0, 0.5, 1])
    expect(history[29].trainNegativeElbo).toBeLessThan(history[2].trainNegativeElbo)
    expect(history[29].validationNegativeElbo).toBeLessThan(history[0].validationNegativeElbo ?? 0)
    expect(outcome.state).toBe('done')
    expect(outcome.metrics).toMatchObject({ epochs: 30, possibleEdges: 9 })
  })

  test.each([1, 5, 9, 17])(
    'paused after %d batches and resumed equals uninterrupted, bit for bit',
    async (pauseAt) => {
      const whole = await train(options())
      const pause = new AbortController()
      let batches = 0
      const paused = await train(
        options({
          signal: pause.signal,
          onProgress: () => {
            batches += 1
            if (batches === pauseAt) pause.abort()
          },
        }),
      )
      expect(paused.state).toBe('paused')
      const resumed = await train(
        options({ resumeFrom: decodeCheckpoint(encodeCheckpoint(paused.checkpoint)) }),
      )
      expect(resumed.state).toBe('done')
      expect(withoutTimes(resumed.checkpoint)).toEqual(withoutTimes(whole.checkpoint))
    },
  )

  test('a checkpoint kept on the way leads to the same end', async () => {
    const kept: Checkpoint[] = []
    const whole = await train(
      options({
        secondsBetweenCheckpoints: 0,
        onCheckpoint: (checkpoint) => {
          kept.push(checkpoint)
          return Promise.resolve()
        },
      }),
    )
    expect(kept.length).toBeGreaterThan(10)
    const resumed = await train(options({ resumeFrom: kept[7] }))
    expect(withoutTimes(resumed.checkpoint)).toEqual(withoutTimes(whole.checkpoint))
  })

  test('ends after the present epoch when asked to finish', async () => {
    const finish = new AbortController()
    const outcome = await train(options({ finishSignal: finish.signal, onProgress: () => finish.abort() }))
    expect(outcome.state).toBe('done')
    expect(outcome.checkpoint.progress.epoch).toBe(1)
    expect(outcome.stoppedBecause).toBe('Ended on request after epoch 1.')
  })

  test('stops early when validation does not improve, with the reason', async () => {
    const outcome = await train(
      options({ configuration: { ...configuration, epochs: 60, patience: 2, learningRate: 0.05 } }),
    )
    expect(outcome.checkpoint.progress.epoch).toBeLessThan(60)
    expect(outcome.checkpoint.progress.epoch).toBeGreaterThan(configuration.warmUp + 2)
    expect(outcome.stoppedBecause).toMatch(/had not improved for 2 epochs/)
  })

  test('a loss that is no number ends the run and names the place', async () => {
    const running = train(options({ configuration: { ...configuration, epochs: 40, learningRate: 1e30 } }))
    await expect(running).rejects.toMatchObject({
      code: 'training/notFinite',
      where: /epoch \d+, batch \d+ of/,
    })
  })

  test('a checkpoint of another screen is refused', async () => {
    const { checkpoint } = await train(options({ configuration: { ...configuration, epochs: 1 } }))
    const other = trainingData(smallScreen(48), { covariates: [] })
    await expect(train(options({ data: other, resumeFrom: checkpoint }))).rejects.toMatchObject({
      code: 'checkpoint/otherScreen',
    })
  })

  test('leaves no tensors behind', async () => {
    const before = engine().memory().numTensors
    await train(options())
    expect(engine().memory().numTensors).toBe(before)
  })

  test('works without a validation split and without controls', async () => {
    const screen = smallScreen()
    const outcome = await train(
      options({
        data: trainingData(
          {
            ...screen,
            perturbationOfCell: screen.perturbationOfCell.map((perturbation) => Math.max(perturbation, 0)),
            splitOfCell: screen.splitOfCell.map((split) => (split === 'validation' ? 'train' : split)),
          },
          { covariates: [] },
        ),
      }),
    )
    expect(outcome.metrics?.validationNegativeElbo).toBeNull()
  })
})
