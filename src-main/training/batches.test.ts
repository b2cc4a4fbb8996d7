import { modelRecipeSchema } from '@contract/recipe'
import { describe, expect, test } from 'vitest'
import golden from '../golden/special_functions.json'
import { denseDesign } from '../compute/design'
import { noiseTensors } from '../compute/drawNoise'
import { completeConfiguration, createModel } from '../models/createModel'
import { batchesPerEpoch, buildBatch, cellOrder } from './batches'
import { klWeightAt } from './schedule'
import { smallScreen } from './smallScreen'
import { trainingData } from './trainingData'

const screen = smallScreen()
const data = trainingData(screen, { covariates: [] })
const configuration = completeConfiguration(modelRecipeSchema.parse({ latents: 3 }), 4)
const model = createModel(configuration, {
  genes: 12,
  perturbations: 4,
  covariateLevels: 0,
  trainingCells: 30,
})

describe('training data', () => {
  test('holds no held-out cell and marks what is trained', () => {
    expect(data.trained).toEqual([true, true, true, false])
    const all = [...data.trainingCells, ...data.validationCells]
    expect(all.some((cell) => screen.perturbationOfCell[cell] === 3)).toBe(false)
  })
})

describe('batches', () => {
  test.each([
    [100, 50, 2],
    [103, 50, 3],
    [102, 50, 2],
    [3, 128, 1],
  ])('%d cells in batches of %d: %d (a last one under three cells is dropped)', (cells, size, batches) => {
    expect(batchesPerEpoch(cells, size)).toBe(batches)
  })

  test('every epoch goes through all training cells in its own order', () => {
    const [first, second] = [cellOrder(data, 3, 1), cellOrder(data, 3, 2)]
    expect(first).not.toEqual(second)
    expect(first.slice().sort()).toEqual(data.trainingCells)
    expect(cellOrder(data, 3, 1)).toEqual(first)
  })

  test('carry the counts and the perturbations of their cells; controls carry none', () => {
    const cells = Uint32Array.from([5, 0])
    const { counts, design, noise } = buildBatch(model, data, cells, 7, { epoch: 1, batch: 4 })
    const perturbation = screen.perturbationOfCell[5]
    expect([...denseDesign(design, 4)]).toEqual(
      [0, 1, 2, 3].map((index) => Number(index === perturbation)).concat(0, 0, 0, 0),
    )
    const rowOf = (cell: number): number[] => [
      ...screen.counts.counts.subarray(screen.counts.rowStarts[cell], screen.counts.rowStarts[cell + 1]),
    ]
    expect([...counts.counts]).toEqual([...rowOf(5), ...rowOf(0)])
    expect(noise).toEqual({ kind: 'drawn', position: { seed: 7, epoch: 1, batch: 4 } })
  })

  test('dropout keeps nine of ten units and is not drawn for validation', () => {
    const cells = data.trainingCells.subarray(0, 30)
    const noiseAt = (epoch: number) =>
      noiseTensors(model, 30, buildBatch(model, data, cells, 0, { epoch, batch: 0 }).noise)
    const noise = noiseAt(1)
    const kept = noise['encoder.layer0.keep'].reduce((total, keep) => total + keep, 0)
    expect(Math.abs(kept / (30 * 128) - 0.9)).toBeLessThan(0.02)
    expect(noise['encoder.layer0.keep']).not.toEqual(noise['encoder.layer1.keep'])
    expect(Object.keys(noiseAt(0)).sort()).toEqual(['mask', 'reparameterisation'])
  })
})

test.each(golden.kl_weight_schedule)(
  'KL weight in epoch %d of a warm-up of %d',
  (epoch, warmUp, expected) => {
    expect(klWeightAt(epoch, warmUp)).toBeCloseTo(expected, 12)
  },
)
