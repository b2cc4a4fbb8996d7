import { describe, expect, it } from 'vitest'
import { graphExecutor } from '../graph/graphExecutor'
import { selfTestBatch, selfTestModel, selfTestState } from '../graph/selfTestModel'
import { startCpu } from '../graph/tfjsBackend'
import { alteredExecutor } from './alteredExecutor'
import { calmTime, msPerStep, stepTimes } from './measure'

const processor = await graphExecutor(startCpu)
const work = { model: selfTestModel, state: selfTestState(), batches: [selfTestBatch()] }

describe('the time of a step', () => {
  it('is that of a calm machine, though half of the steps were held up', () => {
    expect(calmTime([7, 30, 7, 29, 28, 7, 31, 7])).toBe(7)
    expect(calmTime([5])).toBe(5)
  })

  it('is measured also where a single step takes the whole budget', async () => {
    const slow = alteredExecutor(processor, (session) => ({
      step: async (...call) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        return session.step(...call)
      },
    }))
    expect(await stepTimes(slow, work, { budgetMs: 1 })).toHaveLength(1)
    expect(await msPerStep(slow, work, { budgetMs: 1 })).toBeGreaterThan(15)
  })

  it('tells how far it is, and can be cancelled', async () => {
    const cancel = new AbortController()
    const fractions: (number | null)[] = []
    const measured = stepTimes(processor, work, {
      budgetMs: 60_000,
      signal: cancel.signal,
      onProgress: (fraction) => {
        fractions.push(fraction)
        if (fractions.length === 3) cancel.abort()
      },
    })
    await expect(measured).rejects.toMatchObject({ name: 'AbortError' })
    expect(fractions).toHaveLength(3)
    expect(fractions[2]).toBeGreaterThan(fractions[0] ?? 1)
  })
})
