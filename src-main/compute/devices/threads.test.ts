import { describe, expect, test } from 'vitest'
import type { Executor } from '../executor'
import { fusedExecutor } from '../fused/fusedExecutor'
import { selfTestBatch, selfTestModel, selfTestState } from '../graph/selfTestModel'
import { alteredExecutor } from './alteredExecutor'
import { chooseThreads, fewestOfFastest, threadCounts } from './threads'

const processor = fusedExecutor({ threads: 1 })

function stepTaking(milliseconds: number): Executor {
  return alteredExecutor(processor, (session) => ({
    step: async (...call) => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      return session.step(...call)
    },
  }))
}

const failing = alteredExecutor(processor, () => ({ step: () => Promise.reject(new Error('no thread')) }))

function stepWork() {
  return { model: selfTestModel, state: selfTestState(), batches: [selfTestBatch()] }
}

test.each([
  [1, [1]],
  [2, [1, 2]],
  [6, [1, 2, 4, 6]],
  [16, [1, 2, 4, 8, 16]],
])('with %i cores %j threads are tried', (cores, counts) => {
  expect(threadCounts(cores)).toEqual(counts)
})

describe('of several numbers of threads', () => {
  const timings = (...times: number[]) => times.map((ms, at) => ({ threads: 2 ** at, msPerStep: ms }))

  test('the fastest is taken, and fewer where that costs no more than 5 %', () => {
    expect(fewestOfFastest(timings(10, 6, 9))).toBe(2)
    expect(fewestOfFastest(timings(10, 6, 5.8))).toBe(2)
    expect(fewestOfFastest(timings(10, 6, 5.6))).toBe(4)
    expect(fewestOfFastest(timings(5, 10, 20))).toBe(1)
  })

  test('each is timed on a session of its own, and the fastest is found', async () => {
    const state = selfTestState()
    const work = { ...stepWork(), state }
    const started: number[] = []
    const { threads, timings: measured } = await chooseThreads(
      (count) => {
        started.push(count)
        return Promise.resolve(stepTaking(count === 2 ? 0 : 150))
      },
      work,
      4,
    )
    expect(threads).toBe(2)
    expect(started).toEqual([1, 2, 4])
    expect(measured.map((timing) => timing.threads)).toEqual([1, 2, 4])
    // The values that the run starts with are as they were.
    expect(state).toEqual(selfTestState())
  })

  test('one that fails is left out; where one thread fails there is nothing left', async () => {
    const only = (working: number) => (count: number) =>
      Promise.resolve(count === working ? processor : failing)
    expect((await chooseThreads(only(1), stepWork(), 2)).threads).toBe(1)
    await expect(chooseThreads(only(2), stepWork(), 2)).rejects.toThrow('no thread')
  })
})
