import { expect, it } from 'vitest'
import { modelRecipeSchema } from '@contract/recipe'
import { publishedGrids, settingsOf } from './grids'

const base = modelRecipeSchema.parse({ model: 'svae-plus', alpha: 7, epochs: 3 })

it('tries every combination, fewest epochs first, and leaves the rest as it is', () => {
  const settings = settingsOf({ ...base, latents: 4 }, { epochs: [20, 10], alpha: [1, 2] })
  expect(settings.map(({ epochs, alpha, beta, latents }) => [epochs, alpha, beta, latents])).toEqual([
    [10, 1, null, 4],
    [10, 2, null, 4],
    [20, 1, null, 4],
    [20, 2, null, 4],
  ])
  expect(settingsOf(base, {})).toEqual([base])
})

it('has as many settings as Table 4 of the paper', () => {
  const counts = Object.entries(publishedGrids).map(([model, grid]) => [
    model,
    settingsOf(modelRecipeSchema.parse({}), grid).length,
  ])
  expect(Object.fromEntries(counts)).toEqual({ vae: 2, 'beta-vae': 6, ivae: 2, svae: 12, 'svae-plus': 12 })
})
