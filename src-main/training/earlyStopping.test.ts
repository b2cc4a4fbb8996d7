import type { EpochRecord } from '@contract/run'
import { expect, test } from 'vitest'
import { reasonToStop } from './earlyStopping'

/** After the warm-up; the loss is lowest in the first epoch. */
function historyOf(edges: readonly (number | null)[]): EpochRecord[] {
  return edges.map((number, at) => ({
    epoch: at + 1,
    phase: 1,
    seconds: 1,
    klWeight: 1,
    trainNegativeElbo: 100,
    trainReconstruction: 90,
    trainKl: 10,
    validationNegativeElbo: 100 + at,
    validationReconstruction: 90,
    validationKl: 10,
    sparsity: 0,
    edges: number,
  }))
}

const published = { patience: 3, stopWhen: 'lossRests' } as const
const withEdges = { patience: 3, stopWhen: 'lossAndEdgesRest' } as const

test('as published, only the loss counts', () => {
  const history = historyOf([400, 300, 200, 100])
  expect(reasonToStop(history, published)).toMatch(/lowest in epoch 1\.$/)
  expect(reasonToStop(history.slice(0, 3), published)).toBeNull()
})

test('training goes on while edges change by more than one in a hundred', () => {
  expect(reasonToStop(historyOf([400, 300, 200, 100]), withEdges)).toBeNull()
  expect(reasonToStop(historyOf([400, 300, 200, 202, 200, 201]), withEdges)).toMatch(/edges had settled\.$/)
  expect(reasonToStop(historyOf([400, 300, 200, 203, 200, 201]), withEdges)).toBeNull()
})

test('a graph that stays empty has settled, and models without edges wait for nothing', () => {
  expect(reasonToStop(historyOf([0, 0, 0, 0]), withEdges)).not.toBeNull()
  expect(reasonToStop(historyOf([null, null, null, null]), withEdges)).not.toBeNull()
  expect(reasonToStop(historyOf([0, 0, 0, 0]), { ...withEdges, patience: null })).toBeNull()
})
