import { describe, expect, it } from 'vitest'
import { ShiftscopeError } from '@contract/errors'
import type { HoldOutRecipe, SplitRecipe } from '@contract/recipe'
import { checkHoldOut, chooseHoldOut, perturbationsOfPathway, type HoldOutGround } from './holdOut'
import type { Genes } from './screen'

const genes: Genes = { ids: ['ENSG1', 'ENSG2', 'ENSG3'], symbols: ['IFNGR1', 'JAK2', 'STAT1'] }
const ground: HoldOutGround = {
  perturbations: ['ATF2', 'CUL3', 'IFNGR1', 'IFNGR1+JAK2', 'JAK2', 'STAT1'],
  removed: ['TINY'],
  genes,
}
const split: Pick<SplitRecipe, 'seed' | 'sharedTargets'> = { seed: 0, sharedTargets: 'refuse' }

function heldOutBy(rule: HoldOutRecipe, more: Partial<HoldOutGround> = {}, choices = split): string[] {
  const choice = chooseHoldOut({ ...ground, ...more }, rule, choices)
  return ground.perturbations.filter((_, perturbation) => choice.heldOut[perturbation])
}

function refusal(action: () => unknown): ShiftscopeError {
  try {
    action()
  } catch (error) {
    if (error instanceof ShiftscopeError) return error
  }
  throw new Error('Nothing was refused.')
}

describe('chooseHoldOut', () => {
  it('holds out nothing', () => {
    expect(heldOutBy({ rule: 'none' })).toEqual([])
  })

  it('draws a share of the perturbations by seed, at least one', () => {
    const drawn = (share: number, seed: number) =>
      heldOutBy({ rule: 'random', share }, {}, { ...split, seed })
    expect(drawn(0.5, 1)).toHaveLength(3)
    expect(drawn(0.01, 1)).toHaveLength(1)
    expect(drawn(0.5, 1)).toEqual(drawn(0.5, 1))
    const different = new Set(Array.from({ length: 20 }, (_, seed) => drawn(0.5, seed).join()))
    expect(different.size).toBeGreaterThan(5)
  })

  it('takes the strongest by measured effect', () => {
    const effects = ['JAK2', 'TINY', 'CUL3', 'ATF2'].map((name, i) => ({ name, cells: 50, mmd: 9 - i }))
    expect(heldOutBy({ rule: 'strongest', count: 2 }, { effects })).toEqual(['CUL3', 'JAK2'])
    expect(refusal(() => heldOutBy({ rule: 'strongest', count: 2 })).code).toBe('holdOut/notMeasured')
  })

  it('takes every perturbation with a target in the pathway, by symbol or id', () => {
    const rule: HoldOutRecipe = { rule: 'pathway', file: 'h.gmt', name: 'INTERFERON' }
    expect(heldOutBy(rule, { pathwayGenes: ['ENSG1', 'STAT1', 'OTHER'] })).toEqual([
      'IFNGR1',
      'IFNGR1+JAK2',
      'STAT1',
    ])
    const none = refusal(() => heldOutBy(rule, { pathwayGenes: ['OTHER'] }))
    expect(none.message).toContain('INTERFERON')
    const removed = refusal(() => heldOutBy(rule, { pathwayGenes: ['TINY'] }))
    expect(removed.message).toContain('TINY')
    expect(removed.hint).toContain('minimum cells')
  })

  it('finds the same pathway members for perturbations named by id', () => {
    expect(perturbationsOfPathway(['ENSG2', 'ENSG3+X'], ['JAK2', 'STAT1'], genes)).toEqual([
      'ENSG2',
      'ENSG3+X',
    ])
  })

  it('takes a list in any order of parts, and names what is wrong with others', () => {
    const list = (...perturbations: string[]) => heldOutBy({ rule: 'list', perturbations })
    expect(list('STAT1', 'JAK2+IFNGR1', 'STAT1')).toEqual(['IFNGR1+JAK2', 'STAT1'])
    const typo = refusal(() => list('ifngr'))
    expect(typo.code).toBe('holdOut/unknownPerturbation')
    expect(typo.hint).toBe('Did you mean IFNGR1?')
    expect(refusal(() => list('XXXXXXXXXX')).hint).toContain('ATF2')
    expect(refusal(() => list('TINY')).code).toBe('holdOut/withoutCells')
    expect(refusal(() => list('control')).code).toBe('holdOut/controls')
  })
})

describe('leakage', () => {
  const rule: HoldOutRecipe = { rule: 'list', perturbations: ['JAK2'] }

  it('is reported, and refused', () => {
    const choice = chooseHoldOut(ground, rule, split)
    expect(choice.leaking).toEqual([{ heldOut: 'JAK2', combination: 'IFNGR1+JAK2' }])
    const error = refusal(() => checkHoldOut(ground, choice, 'refuse'))
    expect(error.code).toBe('holdOut/leak')
    expect(error.message).toContain('JAK2 in IFNGR1+JAK2')
  })

  it('is allowed knowingly', () => {
    const choice = chooseHoldOut(ground, rule, { ...split, sharedTargets: 'allow' })
    expect(choice.leaking).toHaveLength(1)
    expect(() => checkHoldOut(ground, choice, 'allow')).not.toThrow()
  })

  it('is removed by holding the combinations out, too', () => {
    const choice = chooseHoldOut(ground, rule, { ...split, sharedTargets: 'holdOutToo' })
    expect(choice.heldOutToo).toEqual(['IFNGR1+JAK2'])
    expect(choice.heldOut).toEqual([false, false, false, true, true, false])
    expect(choice.leaking).toEqual([])
    expect(() => checkHoldOut(ground, choice, 'holdOutToo')).not.toThrow()
  })

  it('does not run from a held-out combination to its parts, but to larger combinations', () => {
    const perturbations = ['A', 'A+B', 'A+B+C', 'A+C', 'B']
    const choice = chooseHoldOut(
      { ...ground, perturbations },
      { rule: 'list', perturbations: ['A+B'] },
      split,
    )
    expect(choice.leaking).toEqual([{ heldOut: 'A+B', combination: 'A+B+C' }])
  })
})

describe('checkHoldOut', () => {
  it('refuses to leave fewer than two perturbations to train on', () => {
    const five: HoldOutRecipe = { rule: 'random', share: 0.84 }
    const choice = chooseHoldOut(ground, five, { ...split, sharedTargets: 'allow' })
    const error = refusal(() => checkHoldOut(ground, choice, 'allow'))
    expect(error.code).toBe('holdOut/tooMuch')
    expect(error.hint).toContain('at most 4')
  })

  it('lets a screen of one perturbation pass when nothing is held out', () => {
    const single = { ...ground, perturbations: ['JAK2'] }
    const choice = chooseHoldOut(single, { rule: 'none' }, split)
    expect(() => checkHoldOut(single, choice, 'refuse')).not.toThrow()
  })
})
