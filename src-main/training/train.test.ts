import { engine } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { alteredExecutor } from '../compute/devices/alteredExecutor'
import type { Executor } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { graphExecutor } from '../compute/graph/graphExecutor'
import type { Checkpoint } from './checkpoint'
import {
  pausedAfter,
  smallConfiguration as configuration,
  smallData,
  trainSmall,
  withoutTimes,
} from './smallRun'
import { smallScreen } from './smallScreen'
import type { TrainingOptions, TrainingOutcome } from './train'
import { trainingData } from './trainingData'

const executor = fusedExecutor({ threads: 1 })

function train(changes: Partial<TrainingOptions> = {}, on: Executor = executor): Promise<TrainingOutcome> {
  return trainSmall(on, changes)
}

let whole: TrainingOutcome

beforeAll(async () => {
  whole = await train()
})

describe('train', () => {
  test('gives the same run for the same seed and another one for another seed', async () => {
    const again = await train()
    expect(withoutTimes(again.checkpoint)).toEqual(withoutTimes(whole.checkpoint))
    const other = await train({ configuration: { ...configuration, seed: 12 } })
    expect(other.checkpoint.state.parameters).not.toEqual(whole.checkpoint.state.parameters)
  })

  test('lowers the negative ELBO and records every epoch', async () => {
    const epochs: number[] = []
    const outcome = await train({
      configuration: { ...configuration, epochs: 30, learningRate: 0.01 },
      onEpoch: ({ epoch }) => void epochs.push(epoch),
    })
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
    async (batches) => {
      const resumed = await train({ resumeFrom: await pausedAfter(batches, executor) })
      expect(resumed.state).toBe('done')
      expect(withoutTimes(resumed.checkpoint)).toEqual(withoutTimes(whole.checkpoint))
    },
  )

  test('a checkpoint kept on the way leads to the same end', async () => {
    const kept: Checkpoint[] = []
    await train({
      secondsBetweenCheckpoints: 0,
      onCheckpoint: (checkpoint) => {
        kept.push(checkpoint)
        return Promise.resolve()
      },
    })
    expect(kept.length).toBeGreaterThan(10)
    const resumed = await train({ resumeFrom: kept[7] })
    expect(withoutTimes(resumed.checkpoint)).toEqual(withoutTimes(whole.checkpoint))
  })

  test('ends after the present epoch when asked to finish', async () => {
    const finish = new AbortController()
    const outcome = await train({ finishSignal: finish.signal, onProgress: () => finish.abort() })
    expect(outcome.state).toBe('done')
    expect(outcome.checkpoint.progress.epoch).toBe(1)
    expect(outcome.stoppedBecause).toBe('Ended on request after epoch 1.')
  })

  test('stops early when validation does not improve, with the reason', async () => {
    const outcome = await train({
      configuration: { ...configuration, epochs: 60, patience: 2, learningRate: 0.05 },
    })
    expect(outcome.checkpoint.progress.epoch).toBeLessThan(60)
    expect(outcome.checkpoint.progress.epoch).toBeGreaterThan(configuration.warmUp + 2)
    expect(outcome.stoppedBecause).toMatch(/had not improved for 2 epochs/)
  })

  test('a loss that is no number ends the run and names the place', async () => {
    const running = train({ configuration: { ...configuration, epochs: 40, learningRate: 1e30 } })
    await expect(running).rejects.toMatchObject({
      code: 'training/notFinite',
      where: /epoch \d+, batch \d+ of/,
    })
  })

  test('a loss that is no number puts the run back to the values of its best epoch', async () => {
    const batches = Math.ceil(smallData.trainingCells.length / configuration.batchSize)
    let steps = 0
    const diverging = alteredExecutor(executor, (session) => ({
      step: async (...call) => {
        const figures = await session.step(...call)
        steps += 1
        return steps === 2 * batches + 2 ? { ...figures, loss: NaN } : figures
      },
    }))
    const kept: Checkpoint[] = []
    const running = train(
      {
        onCheckpoint: (checkpoint) => {
          kept.push(checkpoint)
          return Promise.resolve()
        },
        secondsBetweenCheckpoints: 1000,
      },
      diverging,
    )
    const problem: unknown = await running.catch((error: unknown) => error)
    expect(kept).toHaveLength(1)
    const [{ progress, state }] = kept
    expect(problem).toMatchObject({
      code: 'training/notFinite',
      where: `epoch 3, batch 2 of ${batches}`,
      hint: expect.stringContaining(`after epoch ${progress.epoch}.`) as unknown,
    })
    expect(progress).toMatchObject({ epoch: progress.history.length, batch: 0 })
    expect(progress.epoch).toBeGreaterThan(0)
    expect(Object.values(state.parameters).every((values) => values.every(Number.isFinite))).toBe(true)
  })

  test('a checkpoint of another screen is refused', async () => {
    const { checkpoint } = await train({ configuration: { ...configuration, epochs: 1 } })
    const other = trainingData(smallScreen(48), { covariates: [] })
    await expect(train({ data: other, resumeFrom: checkpoint })).rejects.toMatchObject({
      code: 'checkpoint/otherScreen',
    })
  })

  test('on tfjs: resumes bit for bit, and leaves no tensors behind', async () => {
    const tfjs = await graphExecutor()
    const before = engine().memory().numTensors
    const uninterrupted = await train({}, tfjs)
    expect(engine().memory().numTensors).toBe(before)
    const resumed = await train({ resumeFrom: await pausedAfter(9, tfjs) }, tfjs)
    expect(withoutTimes(resumed.checkpoint)).toEqual(withoutTimes(uninterrupted.checkpoint))
  })

  test('works without a validation split and without controls', async () => {
    const screen = smallScreen()
    const outcome = await train({
      data: trainingData(
        {
          ...screen,
          perturbationOfCell: screen.perturbationOfCell.map((perturbation) => Math.max(perturbation, 0)),
          splitOfCell: screen.splitOfCell.map((split) => (split === 'validation' ? 'train' : split)),
        },
        { covariates: [] },
      ),
    })
    expect(outcome.metrics?.validationNegativeElbo).toBeNull()
  })
})
