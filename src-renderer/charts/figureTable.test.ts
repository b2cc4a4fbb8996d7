import { expect, it } from 'vitest'
import { toCsv } from './figureTable'

const columns = [
  { key: 'gene', title: 'Gene' },
  { key: 'score', title: 'Score' },
]

it('writes keys, full precision and empty cells', () => {
  const rows = [
    ['STAT1', 0.1234567890123],
    ['IRF1', null],
  ]
  expect(toCsv({ columns, rows })).toBe('gene,score\nSTAT1,0.1234567890123\nIRF1,\n')
})

it('quotes fields with commas, quotes and line breaks', () => {
  const rows = [
    ['a,b', 1],
    ['say "x"', 2],
    ['two\nlines', 3],
  ]
  expect(toCsv({ columns, rows })).toBe('gene,score\n"a,b",1\n"say ""x""",2\n"two\nlines",3\n')
})
