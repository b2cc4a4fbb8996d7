import { modelRecipeSchema, withPreset, type ModelRecipe } from '@contract/recipe'
import { describe, expect, it } from 'vitest'
import { openMaskNotice } from './openMask'

const paper = modelRecipeSchema.parse({})
const cells = 18_000

function noticeAfter(epochs: number, recipe: Partial<ModelRecipe> = {}, edges: number | null = 290) {
  const configuration = { ...paper, ...recipe, epochs: recipe.epochs ?? epochs }
  return openMaskNotice(configuration, { epochs, edges, possibleEdges: edges === null ? null : 290 }, cells)
}

describe('a mask that is still open', () => {
  it('is explained after a short run, with what to do', () => {
    const notice = noticeAfter(3)
    expect(notice).toContain('All 290 possible edges are there because the mask has not had time to thin out')
    // 141 batches an epoch by 0.001: 71 epochs for twice the way from 5 to 0.
    expect(notice).toContain('train for 71 epochs or more, or take the preset "Quick look"')
  })

  it('counts edges that are nearly all', () => {
    expect(noticeAfter(3, {}, 285)).toContain('285 of 290 possible edges')
    expect(noticeAfter(3, {}, 150)).toBeNull()
  })

  it('advises the preset only where that is enough', () => {
    expect(openMaskNotice(paper, { epochs: 3, edges: 12, possibleEdges: 12 }, 300)).toContain(
      'train for 3334 epochs or more, or take a larger learning rate.',
    )
  })

  it('is no matter of time after a long run', () => {
    expect(noticeAfter(300)).toBeNull()
    expect(noticeAfter(60, withPreset(paper, 'quick'))).toBeNull()
  })

  it('has no time in the epochs of a start', () => {
    const thorough = withPreset(paper, 'thorough')
    const before = thorough.start?.epochs ?? 0
    expect(before).toBeGreaterThan(0)
    // 71 batches an epoch by 0.002 and 10 times that for the mask: 8 epochs.
    expect(noticeAfter(before + 1, thorough)).toContain(`train for ${before + 8} epochs or more`)
    expect(noticeAfter(thorough.epochs, thorough)).toBeNull()
  })

  it('is nothing of a model that says nothing of edges', () => {
    expect(noticeAfter(3, {}, null)).toBeNull()
  })
})
