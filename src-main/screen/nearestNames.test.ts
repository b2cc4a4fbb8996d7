import { describe, expect, it } from 'vitest'
import { inSentence } from './inSentence'
import { nearestNames } from './nearestNames'

describe('nearestNames', () => {
  const known = ['IFNGR1', 'IFNGR2', 'JAK2', 'STAT1', 'STAT2', 'STAT3']
  it.each([
    ['ifngr1', ['IFNGR1', 'IFNGR2']],
    ['JAK', ['JAK2']],
    ['STTA1', ['STAT1']],
    ['STAT', ['STAT1', 'STAT2', 'STAT3']],
    ['SOMETHING', []],
  ])('for %s are %o', (name, expected) => {
    expect(nearestNames(name, known)).toEqual(expected)
  })
})

describe('inSentence', () => {
  const letters = (count: number) => Array.from({ length: count }, (_, i) => String.fromCharCode(65 + i))
  it.each([
    [1, 'A'],
    [2, 'A and B'],
    [9, 'A, B, C, D, E, F, G, H and I'],
    [12, 'A, B, C, D, E, F, G, H and 4 more'],
  ])('writes %i names', (count, expected) => {
    expect(inSentence(letters(count))).toBe(expected)
  })
})
