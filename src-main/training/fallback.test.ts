import { ShiftscopeError } from '@contract/errors'
import { beforeAll, describe, expect, test } from 'vitest'
import { alteredExecutor } from '../compute/devices/alteredExecutor'
import type { Executor, Session } from '../compute/executor'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import type { Checkpoint } from './checkpoint'
import type { Fallback } from './deviceFailure'
import { smallConfiguration as configuration, smallData, trainSmall, withoutTimes } from './smallRun'
import type { TrainingOptions, TrainingOutcome } from './train'

const processor = fusedExecutor({ threads: 1 })

const lost = new ShiftscopeError({
  code: 'device/lost',
  message: 'The graphics processor stopped answering.',
  hint: 'Go on on the processor.',
})

/** A device that fails in its n-th step, counted from 1. */
function failingIn(failing: number, fail: (session: Session) => Partial<Session>): Executor {
  let steps = 0
  return alteredExecutor(processor, (session) => {
    const failure = fail(session)
    const failed = () => steps >= failing
    return {
      step: (...call) => {
        steps += 1
        return failed() && failure.step ? failure.step(...call) : session.step(...call)
      },
      state: () => (failed() && failure.state ? failure.state() : session.state()),
      close: () => (failed() && failure.close ? failure.close() : session.close()),
    }
  })
}

interface Trained {
  readonly outcome: TrainingOutcome
  readonly epochs: readonly number[]
  readonly told: readonly Parameters<Fallback['onFallback']>[0][]
}

async function trainOn(executor: Executor, changes: Partial<TrainingOptions> = {}): Promise<Trained> {
  const told: Parameters<Fallback['onFallback']>[0][] = []
  let epochs: number[] = []
  const outcome = await trainSmall(executor, {
    onEpoch: ({ epoch }) => void epochs.push(epoch),
    fallback: {
      covers: () => true,
      start: () => Promise.resolve(processor),
      onFallback: (failure) => {
        told.push(failure)
        epochs = failure.history.map(({ epoch }) => epoch)
      },
    },
    ...changes,
  })
  return { outcome, epochs, told }
}

const wholeRun = [1, 2, 3, 4]
/** On a device that does not fail. */
let whole: Trained

beforeAll(async () => {
  whole = await trainOn(processor)
})

describe('a device that fails in the middle of a run', () => {
  test('and can still be read: nothing is computed twice, the end is the same', async () => {
    expect(whole.told).toEqual([])
    for (const failing of [1, 4, 8, 13]) {
      const outOfMemory = failingIn(failing, () => ({ step: () => Promise.reject(lost) }))
      const { outcome, epochs, told } = await trainOn(outOfMemory)
      expect(withoutTimes(outcome.checkpoint)).toEqual(withoutTimes(whole.outcome.checkpoint))
      expect(epochs).toEqual(wholeRun)
      expect(told).toHaveLength(1)
      expect(told[0].reason).toBe('The graphics processor stopped answering')
    }
  })

  test('and takes its values with it: the run goes on from the last checkpoint', async () => {
    const gone = () =>
      failingIn(13, () => ({
        step: () => Promise.reject(lost),
        state: () => Promise.reject(lost),
        close: () => {
          throw lost
        },
      }))
    const fromStart = await trainOn(gone(), { secondsBetweenCheckpoints: 1e9 })
    expect(withoutTimes(fromStart.outcome.checkpoint)).toEqual(withoutTimes(whole.outcome.checkpoint))
    expect(fromStart.told[0]).toMatchObject({
      from: expect.stringMatching(/^epoch 1, batch 1 of/) as unknown,
      history: [],
    })
    expect(fromStart.epochs).toEqual(wholeRun)
    const fromCheckpoint = await trainOn(gone(), { secondsBetweenCheckpoints: 0 })
    expect(withoutTimes(fromCheckpoint.outcome.checkpoint)).toEqual(withoutTimes(whole.outcome.checkpoint))
    expect(fromCheckpoint.told[0].history.length).toBeGreaterThan(0)
    expect(fromCheckpoint.epochs).toEqual(wholeRun)
  })

  test('and leaves values that are no numbers or a step behind: they are not gone on with', async () => {
    const broken = failingIn(6, (session) => ({
      step: () => Promise.reject(lost),
      state: async () => {
        const state = await session.state()
        state.parameters['mechanism.shift'][0] = NaN
        return state
      },
    }))
    const halfStep = failingIn(6, (session) => ({
      step: async (...call) => {
        await session.step(...call)
        throw lost
      },
    }))
    for (const executor of [broken, halfStep]) {
      const { outcome, told } = await trainOn(executor, { secondsBetweenCheckpoints: 1e9 })
      expect(withoutTimes(outcome.checkpoint)).toEqual(withoutTimes(whole.outcome.checkpoint))
      expect(told[0].history).toEqual([])
    }
  })

  test('before its first step: the run begins on the processor', async () => {
    const full: Executor = {
      detail: 'a full device',
      open: () => {
        throw lost
      },
    }
    const { epochs, told } = await trainOn(full)
    expect(told).toHaveLength(1)
    expect(epochs).toEqual(wholeRun)
  })

  test('with a loss that the processor does not give', async () => {
    const noNumber = failingIn(7, () => ({
      step: ({ counts }) =>
        Promise.resolve({ cells: counts.cells, loss: NaN, logLikelihood: NaN, kl: 0, sparsity: 0 }),
    }))
    const { outcome, told } = await trainOn(noNumber)
    expect(withoutTimes(outcome.checkpoint)).toEqual(withoutTimes(whole.outcome.checkpoint))
    expect(told[0].reason).toMatch(/NaN/)
  })

  test('without a fallback ends the run with its own problem', async () => {
    const executor = failingIn(2, () => ({ step: () => Promise.reject(lost) }))
    await expect(trainOn(executor, { fallback: undefined })).rejects.toBe(lost)
  })

  test('does not fall a second time', async () => {
    const second = new Error('the processor failed too')
    const failing = (error: Error) => failingIn(2, () => ({ step: () => Promise.reject(error) }))
    const fallback = {
      covers: () => true,
      start: () => Promise.resolve(failing(second)),
      onFallback: () => undefined,
    }
    await expect(trainOn(failing(lost), { fallback })).rejects.toBe(second)
  })
})

describe('a model whose loss is no number', () => {
  /** A checkpoint after one epoch, with one value of the decoder changed. */
  async function withBroken(value: number): Promise<Checkpoint> {
    const { outcome } = await trainOn(processor, { configuration: { ...configuration, epochs: 1 } })
    const { state, ...rest } = outcome.checkpoint
    const dispersion = state.parameters['decoder.logInverseDispersion'].slice()
    dispersion[2] = value
    return {
      ...rest,
      configuration: { ...rest.configuration, epochs: configuration.epochs },
      state: { ...state, parameters: { ...state.parameters, 'decoder.logInverseDispersion': dispersion } },
    }
  }

  test('fails with epoch, batch and gene', async () => {
    const kept: Checkpoint[] = []
    const training = trainOn(processor, {
      resumeFrom: await withBroken(NaN),
      fallback: undefined,
      onCheckpoint: (checkpoint) => {
        kept.push(checkpoint)
        return Promise.resolve()
      },
    })
    await expect(training).rejects.toMatchObject({
      code: 'training/notFinite',
      message: expect.stringContaining(`the gene ${smallData.genes[2]},`) as unknown,
      where: expect.stringMatching(/^epoch 2, batch 1 of \d+$/) as unknown,
    })
    // Values that are no numbers do not replace the last good ones.
    expect(kept).toEqual([])
  })

  test('is no fault of the device: the run does not change over, and keeps its last good values', async () => {
    const told: unknown[] = []
    const kept: Checkpoint[] = []
    // The smallest step that single precision cannot hold.
    const diverging = { ...configuration, learningRate: 1e30 }
    const training = trainOn(processor, {
      configuration: diverging,
      fallback: {
        covers: () => true,
        start: () => Promise.resolve(processor),
        onFallback: (failure) => void told.push(failure),
      },
      onCheckpoint: (checkpoint) => {
        kept.push(checkpoint)
        return Promise.resolve()
      },
    })
    await expect(training).rejects.toMatchObject({ code: 'training/notFinite' })
    expect(told).toEqual([])
    for (const { state } of kept)
      expect(Object.values(state.parameters).every((values) => values.every(Number.isFinite))).toBe(true)
  })
})
