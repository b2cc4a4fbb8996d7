import { expect, it } from 'vitest'
import { formatFixed, formatSigned } from './signedNumbers'

it.each([
  [1.25, '+1.25'],
  [-0.4, '−0.40'],
  [0, '0.00'],
  [-0.001, '0.00'],
  [0.001, '0.00'],
  [-1234.5, '−1,234.50'],
])('writes the sign of %d', (value, text) => {
  expect(formatSigned(value)).toBe(text)
})

it('writes no plus where none is asked for', () => {
  expect(formatFixed(0.5)).toBe('0.50')
  expect(formatFixed(-0.004)).toBe('0.00')
})
