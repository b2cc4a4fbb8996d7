import { expect, test } from 'vitest'
import { partsOfPerturbations } from './combinations'

test('a combination consists of its parts where every one of them also occurs alone', () => {
  const names = ['A', 'A+B', 'A+B+C', 'A+D', 'B', 'C', 'C|A', 'E+E']
  expect(partsOfPerturbations(names)).toEqual([[0], [0, 4], [0, 4, 5], [3], [4], [5], [0, 5], [7]])
})
