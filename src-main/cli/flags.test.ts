import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  geneCount,
  holdOutRule,
  labelInColumn,
  openProbability,
  positiveNumber,
  positiveRange,
  share,
  wholeNumber,
  wholeRange,
} from './flags'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shiftscope-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('numbers', () => {
  it('are whole and in range', () => {
    const parse = wholeNumber({ from: 1, to: 500 })
    expect(parse('500')).toBe(500)
    for (const text of ['0', '501', '1.5', '-1', '1e2', '', ' 3', 'ten'])
      expect(() => parse(text)).toThrow('from 1 to 500')
    expect(() => wholeNumber({ from: 3 })('2')).toThrow('3 or more')
  })

  it('are shares or positive where they must be', () => {
    expect(share(0.5)('0.1')).toBe(0.1)
    for (const text of ['0.6', '-0.1', '', 'NaN']) expect(() => share(0.5)(text)).toThrow('between 0 and 0.5')
    expect(positiveNumber('1e-3')).toBe(0.001)
    expect(openProbability('0.05')).toBe(0.05)
    for (const text of ['0', '1', '-0.1', 'NaN', '']) expect(() => openProbability(text)).toThrow('under 1')
    for (const text of ['0', '-1', 'Infinity', '']) expect(() => positiveNumber(text)).toThrow('over 0')
    expect([geneCount('all'), geneCount('2000')]).toEqual(['all', 2000])
  })
})

describe('ranges', () => {
  it('are two numbers, or one for both ends', () => {
    expect(wholeRange('1-3')).toEqual({ minimum: 1, maximum: 3 })
    expect(wholeRange('4')).toEqual({ minimum: 4, maximum: 4 })
    expect(positiveRange('0.5-1.0')).toEqual({ minimum: 0.5, maximum: 1 })
    for (const text of ['3-1', '1-2-3']) expect(() => wholeRange(text)).toThrow('for example 1-3')
    for (const text of ['', '-1', '1-', 'one']) expect(() => wholeRange(text)).toThrow('whole number')
    expect(() => positiveRange('0-1')).toThrow('over 0')
  })
})

describe('a label in a column', () => {
  it('is divided at the first equals sign', () => {
    expect(labelInColumn('stim=a=b')).toEqual({ column: 'stim', label: 'a=b' })
    for (const text of ['ctrl', '=ctrl']) expect(() => labelInColumn(text)).toThrow('COLUMN=LABEL')
  })
})

describe('the hold-out', () => {
  it('is none, a share, the strongest, a pathway or a list', () => {
    const list = join(folder, 'list.txt')
    writeFileSync(list, '# receptors\nIFNGR1\r\n\nIFNGR1+JAK2\n')
    expect(holdOutRule('none')).toEqual({ rule: 'none' })
    expect(holdOutRule('random:0.2')).toEqual({ rule: 'random', share: 0.2 })
    expect(holdOutRule('strongest:5')).toEqual({ rule: 'strongest', count: 5 })
    expect(holdOutRule('pathway:/data/a#b.gmt#HALLMARK X')).toEqual({
      rule: 'pathway',
      file: '/data/a#b.gmt',
      name: 'HALLMARK X',
    })
    expect(holdOutRule(`list:${list}`)).toEqual({ rule: 'list', perturbations: ['IFNGR1', 'IFNGR1+JAK2'] })
  })

  it.each([
    ['random:1.5', 'between 0 and 1'],
    ['random:', 'none, random:SHARE'],
    ['strongest:0', 'whole number'],
    ['pathway:sets.gmt', 'name of one of its rows'],
    ['list:/nowhere/list.txt', 'cannot be read'],
    ['weakest:3', 'none, random:SHARE'],
  ])('is refused as %s', (text, reason) => {
    expect(() => holdOutRule(text)).toThrow(reason)
  })

  it('is refused as an empty list', () => {
    const empty = join(folder, 'empty.txt')
    writeFileSync(empty, '\n# nothing\n')
    expect(() => holdOutRule(`list:${empty}`)).toThrow('names no perturbation')
  })
})
