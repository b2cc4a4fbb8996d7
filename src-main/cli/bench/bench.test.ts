import { describe, expect, it } from 'vitest'
import type { Executor, Session } from '../../compute/executor'
import { graphExecutor } from '../../compute/graph/graphExecutor'
import { benchScreen } from './benchScreen'
import { timeStep } from './timeStep'

const shape = { batchSize: 16, genes: 20, perturbations: 4, latents: 2 }

describe('benchScreen', () => {
  it('is the same each time, with whole rows of ascending genes', () => {
    const { counts, perturbationOfCell } = benchScreen(12, 50, 3)
    expect(counts).toEqual(benchScreen(12, 50, 3).counts)
    expect(counts.rowStarts[12]).toBe(counts.counts.length)
    expect(Math.min(...counts.counts)).toBeGreaterThan(0)
    const row = [...counts.geneIndices.subarray(counts.rowStarts[0], counts.rowStarts[1])]
    expect(row).toEqual([...new Set(row)].sort((a, b) => a - b))
    expect(new Set(perturbationOfCell)).toEqual(new Set([-1, 0, 1, 2]))
  })
})

describe('timeStep', () => {
  it('times real steps, without those that warm up', async () => {
    const real = await graphExecutor()
    let steps = 0
    let closed = false
    const counting: Executor = {
      detail: real.detail,
      open: (model, state): Session => {
        const session = real.open(model, state)
        return Object.assign(Object.create(session) as Session, {
          step: (...given: Parameters<Session['step']>) => {
            steps += 1
            return session.step(...given)
          },
          close: () => {
            closed = true
            session.close()
          },
        })
      },
    }
    const times = await timeStep(counting, shape, 1, 3)
    expect(steps).toBe(4)
    expect(closed).toBe(true)
    expect(times.fastest).toBeGreaterThan(0)
    expect(times.fastest).toBeLessThanOrEqual(times.median)
    expect(times.median).toBeLessThanOrEqual(times.slowest)
    expect(times.cellsPerSecond).toBeCloseTo(16_000 / times.median)
  })
})
