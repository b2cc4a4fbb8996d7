import { Worker } from 'node:worker_threads'
import { ShiftscopeError } from '@contract/errors'
import type { ModelRecipe } from '@contract/recipe'
import { describe, expect, test } from 'vitest'
import { alteredExecutor } from '../compute/devices/alteredExecutor'
import { chooseDevice } from '../compute/devices/choose'
import { createDevices } from '../compute/devices/devices'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { plannedWork } from './plannedWork'
import {
  pausedAfter,
  smallConfiguration as configuration,
  smallData as data,
  trainSmall,
  withoutTimes,
} from './smallRun'

/** A processor of so many cores on which a step takes as long as the number of threads decides. */
function processorOf(cores: number, msPerStep: (threads: number) => number) {
  const started: number[] = []
  const devices = createDevices({
    cpu: (threads) => {
      started.push(threads ?? cores)
      const executor = fusedExecutor({ threads: threads ?? cores })
      const slowed = alteredExecutor(executor, (session) => ({
        step: async (...call) => {
          await new Promise((resolve) => setTimeout(resolve, msPerStep(threads ?? cores)))
          return session.step(...call)
        },
      }))
      return Promise.resolve(slowed)
    },
    webgpu: () => Promise.reject(new Error('none')),
    cuda: () => Promise.reject(new Error('none')),
  })
  const choose = (recipe: ModelRecipe) =>
    chooseDevice(
      devices,
      {
        device: 'cpu',
        threads: recipe.threads,
        begunOn: null,
        work: { ...plannedWork(data, recipe), operations: 1e13 },
      },
      { recall: () => Promise.resolve(null), keep: () => Promise.resolve() },
      {},
      cores,
    )
  return { choose, started }
}

describe('the number of threads', () => {
  test('is measured, kept, and the same when the run is resumed: bit for bit the uninterrupted run', async () => {
    // Alone two threads are fastest; later, on a busy machine, one would be.
    const quiet = processorOf(4, (threads) => (threads === 2 ? 0 : 120))
    const busy = processorOf(4, (threads) => (threads === 1 ? 0 : 5))
    const first = await quiet.choose(configuration)
    expect(quiet.started).toEqual(expect.arrayContaining([1, 2, 4]))
    expect(first.reason).toMatch(/2 threads are the fastest/)
    const kept = await pausedAfter(7, first.executor)
    expect(kept.configuration.threads).toBe(2)

    const second = await busy.choose(kept.configuration)
    expect(busy.started).toEqual([2])
    const resumed = await trainSmall(second.executor, { resumeFrom: kept })
    const whole = await trainSmall(fusedExecutor({ threads: 2 }), {
      configuration: { ...configuration, threads: 2 },
    })
    expect(withoutTimes(resumed.checkpoint)).toEqual(withoutTimes(whole.checkpoint))
  })

  test('may be more than the cores, and more than a batch has work for', async () => {
    const told: ModelRecipe[] = []
    const many = await trainSmall(fusedExecutor({ threads: 24 }), {
      configuration: { ...configuration, epochs: 1 },
      onStart: (started) => {
        told.push(started)
        return Promise.resolve()
      },
    })
    expect(told.map(({ threads }) => threads)).toEqual([24])
    const one = await trainSmall(fusedExecutor({ threads: 1 }), {
      configuration: { ...configuration, epochs: 1 },
    })
    expect(many.checkpoint.configuration.threads).toBe(24)
    expect(many.metrics?.trainNegativeElbo).toBeCloseTo(one.metrics?.trainNegativeElbo ?? NaN, 3)
  })

  test('is one where the others do not start, and the run says so', async () => {
    const startThread = (): Worker => new Worker('setInterval(() => {}, 1000)', { eval: true })
    const told: ModelRecipe[] = []
    const { checkpoint } = await trainSmall(fusedExecutor({ threads: 2, startWithin: 20, startThread }), {
      configuration: { ...configuration, epochs: 1, threads: 2 },
      onStart: (started) => {
        told.push(started)
        return Promise.resolve()
      },
    })
    expect(told.map(({ threads }) => threads)).toEqual([1])
    expect(checkpoint.configuration.threads).toBe(1)
  })
})

test('a thread that fails: the run goes on from its last checkpoint with what takes over', async () => {
  const threadFailed = new ShiftscopeError({
    code: 'engine/threadFailed',
    message: 'A part of the engine failed.',
    hint: 'Resume the run.',
  })
  let steps = 0
  const failing = alteredExecutor(fusedExecutor({ threads: 2 }), (session) => ({
    step: (...call) => (++steps > 6 ? Promise.reject(threadFailed) : session.step(...call)),
    state: () => (steps > 6 ? Promise.reject(threadFailed) : session.state()),
  }))
  const reasons: string[] = []
  const started: (number | null)[] = []
  const options = {
    secondsBetweenCheckpoints: 0,
    onStart: ({ threads }: ModelRecipe) => {
      started.push(threads)
      return Promise.resolve()
    },
    fallback: {
      covers: (error: unknown) => error === threadFailed,
      start: () => Promise.resolve(fusedExecutor({ threads: 1 })),
      onFallback: ({ reason }: { readonly reason: string }) => void reasons.push(reason),
    },
  }
  const { state, checkpoint } = await trainSmall(failing, options)
  expect(state).toBe('done')
  expect(checkpoint.progress.epoch).toBe(4)
  expect(checkpoint.configuration.threads).toBe(1)
  expect(started).toEqual([2, 1])
  expect(reasons).toEqual(['A part of the engine failed'])

  // A failure that one thread would share ends the run.
  const other = new Error('out of memory')
  const full = alteredExecutor(fusedExecutor({ threads: 2 }), () => ({ step: () => Promise.reject(other) }))
  await expect(trainSmall(full, options)).rejects.toBe(other)
})
