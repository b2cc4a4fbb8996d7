import { modelRecipeSchema } from '@contract/recipe'
import { beforeAll, describe, expect, test } from 'vitest'
import { someCells } from '../compute/cellRows'
import { fusedExecutor } from '../compute/fused/fusedExecutor'
import { completeConfiguration } from '../models/createModel'
import { multiply } from '../numerics/matrix'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint'
import { reasonToStop } from './earlyStopping'
import { adamAt, phaseAfter } from './phases'
import { learningRateAt } from './schedule'
import { pausedAfter, smallData as data, trainSmall, withoutTimes } from './smallRun'
import { startState } from './startState'
import type { TrainingOptions, TrainingOutcome } from './train'
import { screenSize } from './trainingData'
import { turnLatents } from './turnLatents'

const recipe = modelRecipeSchema.parse({
  latents: 3,
  epochs: 5,
  batchSize: 8,
  warmUp: 0,
  patience: null,
  seed: 11,
  mask: 'marginal',
  start: { epochs: 3, warmUp: 2 },
  hidden: 16,
  dropout: 0,
  finalLearningRate: 1e-4,
  shiftRate: 10,
})
const configuration = completeConfiguration(recipe, data.perturbations)
const size = screenSize(data)
const executor = fusedExecutor({ threads: 1 })

function train(changes: Partial<TrainingOptions> = {}): Promise<TrainingOutcome> {
  return trainSmall(executor, { configuration: recipe, ...changes })
}

let whole: TrainingOutcome

beforeAll(async () => {
  whole = await train()
})

describe('a run with a start', () => {
  test('goes through both phases, each with its own warm-up, and says how the latents were turned', () => {
    const { checkpoint, metrics } = whole
    const { history } = checkpoint.progress
    expect(history.map(({ phase }) => phase)).toEqual([1, 1, 1, 2, 2])
    expect(history.map(({ klWeight }) => klWeight)).toEqual([0, 0.5, 1, 1, 1])
    expect(history.map(({ edges }) => edges === null)).toEqual([true, true, true, false, false])
    expect(metrics?.rotation?.starts).toHaveLength(8)
    expect(metrics?.bestEpoch).toBeGreaterThan(3)
    // The optimiser began anew after the start.
    const batches = Math.ceil(data.trainingCells.length / 8)
    expect(checkpoint.state.adam.steps).toBe(2 * batches)
  })

  // In the first phase, just before and after it ends, and in the second.
  test.each([2, 14, 15, 16, 22])(
    'paused after %d batches and resumed equals uninterrupted',
    async (batches) => {
      const resumeFrom = await pausedAfter(batches, executor, { configuration: recipe })
      const resumed = await train({ resumeFrom })
      expect(resumed.state).toBe('done')
      expect(withoutTimes(resumed.checkpoint)).toEqual(withoutTimes(whole.checkpoint))
    },
  )

  test('asked to finish in the start, it keeps a model without edges', async () => {
    const finish = new AbortController()
    const { checkpoint, metrics } = await train({
      finishSignal: finish.signal,
      onProgress: () => finish.abort(),
    })
    expect(metrics).toMatchObject({ epochs: 1, edges: null, rotation: null })
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint)).state.parameters).toEqual(
      checkpoint.state.parameters,
    )
  })

  test('does not stop early in the start', async () => {
    const hasty = modelRecipeSchema.parse({
      ...{ ...recipe, epochs: 13, patience: 1 },
      start: { epochs: 12, warmUp: 0, learningRate: 0.05, finalLearningRate: 0.05 },
    })
    const { checkpoint } = await train({ configuration: hasty })
    const { history } = checkpoint.progress
    expect(history.some((_, at) => at < 12 && reasonToStop(history.slice(0, at), hasty) !== null)).toBe(true)
    expect(history).toHaveLength(13)
  })

  test('turns the latents, and decodes the turned ones as before', async () => {
    const { model: ivae } = phaseAfter(configuration, size, 0)
    const { model: next } = phaseAfter(configuration, size, 3)
    const state = startState(ivae, 2)
    const session = executor.open(ivae, state)
    const { state: after, rotation } = await turnLatents(session, executor, next, data, 2)
    const turned = executor.open(next, after)
    const cells = someCells(data, data.trainingCells)
    const [before, now] = [await session.encode(cells), await turned.encode(cells)]
    expect(rotation.turned).toBe(true)
    expect(Math.min(...rotation.starts)).toBeLessThan(rotation.identity)
    // A rotation keeps lengths and moves the latents.
    const lengths = (means: Float32Array): number[] =>
      Array.from({ length: means.length / 3 }, (_, row) =>
        Math.hypot(...means.subarray(3 * row, 3 * row + 3)),
      )
    lengths(now).forEach((length, cell) => expect(length).toBeCloseTo(lengths(before)[cell], 4))
    expect(Math.max(...now.map((value, at) => Math.abs(value - before[at])))).toBeGreaterThan(0.01)
    // First layer of the decoder: the same from turned latents as from those before.
    const layer = (means: Float32Array, weight: Float32Array) => {
      const columns = { rows: 3, columns: 16, values: new Float32Array(48) }
      weight.forEach((value, at) => (columns.values[(at % 3) * 16 + Math.floor(at / 3)] = value))
      return multiply({ rows: means.length / 3, columns: 3, values: means }, columns).values
    }
    const first = 'decoder.layer0.weight'
    const expected = layer(before, state.parameters[first])
    layer(now, after.parameters[first]).forEach((value, at) => expect(value).toBeCloseTo(expected[at], 4))
    // Shifts are the means of the turned latents; a held-out perturbation has none.
    const cellsOfA = [...data.trainingCells.keys()].filter(
      (row) => data.perturbationOfCell[data.trainingCells[row]] === 0,
    )
    const mean = cellsOfA.reduce((sum, row) => sum + now[3 * row], 0) / cellsOfA.length
    expect(after.parameters['mechanism.shift'][0]).toBeCloseTo(mean, 4)
    expect([...after.parameters['mechanism.shift'].subarray(9)]).toEqual([0, 0, 0])
    expect(after.parameters['encoder.logVariance.weight'].every((value) => value === 0)).toBe(true)
    session.close()
    turned.close()
  })
})

describe('with content latents, a run with a start', () => {
  const withContent = modelRecipeSchema.parse({ ...recipe, contentLatents: 2 })

  test('paused and resumed in either phase equals uninterrupted', async () => {
    const changes = { configuration: withContent }
    const whole = await train(changes)
    for (const batches of [2, 22]) {
      const resumeFrom = await pausedAfter(batches, executor, changes)
      const resumed = await train({ resumeFrom })
      expect(withoutTimes(resumed.checkpoint)).toEqual(withoutTimes(whole.checkpoint))
    }
    const { parameters } = whole.checkpoint.state
    expect(parameters['mechanism.shift']).toHaveLength(data.perturbations * 3)
    const placed = [...parameters['latents.placement']]
    expect(placed).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  })

  test('turns the others and leaves the content latents', async () => {
    const complete = completeConfiguration(withContent, data.perturbations)
    const { model: ivae } = phaseAfter(complete, size, 0)
    const { model: next } = phaseAfter(complete, size, 3)
    const state = startState(ivae, 2)
    const session = executor.open(ivae, state)
    const { state: after, rotation } = await turnLatents(session, executor, next, data, 2)
    const turned = executor.open(next, after)
    const cells = someCells(data, data.trainingCells)
    const [before, now] = [await session.encode(cells), await turned.encode(cells)]
    expect(rotation.turned).toBe(true)
    const moved = [0, 1, 2, 3, 4].map((latent) =>
      now.some((value, at) => at % 5 === latent && Math.abs(value - before[at]) > 1e-6),
    )
    expect(moved).toEqual([true, true, true, false, false])
    const [weight, bias] = ['encoder.logVariance.weight', 'encoder.logVariance.bias']
    expect(after.parameters[weight].subarray(0, 3 * 16).every((value) => value === 0)).toBe(true)
    expect(after.parameters[weight].subarray(3 * 16)).toEqual(state.parameters[weight].subarray(3 * 16))
    expect(after.parameters[bias].subarray(3)).toEqual(state.parameters[bias].subarray(3))
    const first = 'decoder.layer0.weight'
    const ofContent = (values: Float32Array) => values.filter((_, at) => at % 5 >= 3)
    expect(ofContent(after.parameters[first])).toEqual(ofContent(state.parameters[first]))
    expect(after.parameters['mechanism.shift']).toHaveLength(data.perturbations * 3)
    session.close()
    turned.close()
  })
})

test('the learning rate follows half a cosine, and faster for shifts', () => {
  expect(learningRateAt(0, 4, 2)).toBe(4)
  expect(learningRateAt(0.5, 4, 2)).toBeCloseTo(3)
  expect(learningRateAt(1, 4, 2)).toBeCloseTo(2)
  expect(learningRateAt(0.7, 4, null)).toBe(4)
  const adam = adamAt(phaseAfter(configuration, size, 0), 10, 1.5)
  expect(adam.learningRate).toBeCloseTo((3e-3 + 3e-4) / 2)
  expect(adam.epsilon).toBeCloseTo(0.01 / size.trainingCells)
  expect(adam.rateFactors).toMatchObject({ 'mechanism.shift': 10, 'decoder.logInverseDispersion': 10 })
  expect(adamAt(phaseAfter(configuration, size, 3), 10, 3)).toMatchObject({
    learningRate: 1e-3,
    epsilon: 0.01,
  })
})

test('a start that leaves no epoch for the model is refused', () => {
  const read = modelRecipeSchema.safeParse({ epochs: 25, start: {} })
  expect(read.error?.issues[0].path).toEqual(['start', 'epochs'])
  expect(modelRecipeSchema.safeParse({ model: 'ivae', start: {} }).success).toBe(false)
})
