import { modelRecipeSchema } from '@contract/recipe'
import { expect, test } from 'vitest'
import { estimateTraining } from './estimate'
import { smallScreen } from './smallScreen'

test('estimates time for every epoch and lists trained perturbations only', async () => {
  const screen = smallScreen()
  const recipe = modelRecipeSchema.parse({ latents: 3, epochs: 7, batchSize: 8, alpha: 5 })
  const estimate = await estimateTraining(screen, recipe)
  expect(estimate.secondsPerEpoch).toBeGreaterThan(0)
  expect(estimate.seconds).toBeCloseTo(7 * estimate.secondsPerEpoch)
  expect(estimate.memoryBytes).toBeGreaterThan(1e8)
  expect(estimate.smallestShift.map(({ perturbation }) => perturbation)).toEqual(['A', 'B', 'C'])
  const cells = screen.splitOfCell.filter(
    (split, cell) => split === 'train' && screen.perturbationOfCell[cell] === 0,
  ).length
  expect(estimate.smallestShift[0]).toEqual({ perturbation: 'A', cells, shift: 2 * Math.sqrt(4 / cells) })
})
