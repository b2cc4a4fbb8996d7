import { expect, it } from 'vitest'
import { matchNames, namesInText } from './namesInText'

it('reads names however they are separated', () => {
  expect(namesInText(' STAT1, jak2;IRF1\nMYC\tA+B \n')).toEqual(['STAT1', 'jak2', 'IRF1', 'MYC', 'A+B'])
  expect(namesInText('  \n ')).toEqual([])
})

it('finds the names of the screen whatever their case, once each', () => {
  expect(matchNames(['stat1', 'STAT1', 'FOO', 'Jak2'], ['STAT1', 'JAK2'])).toEqual({
    matched: ['STAT1', 'JAK2'],
    unknown: ['FOO'],
  })
})
