import { expect, test } from 'vitest'
import golden from '../golden/hungarian.json'
import { assignRows } from './assignment'
import { RandomStream } from './random'

test('finds the assignment of every golden case, wide and tall ones too', () => {
  expect(golden.cases).toHaveLength(6)
  for (const { cost, rows, cols } of golden.cases) {
    const expected = new Int32Array(cost.shape[0]).fill(-1)
    rows.data.forEach((row, i) => (expected[row] = cols.data[i]))
    const matrix = { rows: cost.shape[0], columns: cost.shape[1], values: Float64Array.from(cost.data) }
    expect(assignRows(matrix)).toEqual(expected)
  }
})

test('costs no more than any permutation', () => {
  const random = new RandomStream(3, 'simulation')
  for (let trial = 0; trial < 20; trial++) {
    const values = Float64Array.from({ length: 25 }, () => random.nextInteger(6))
    const total = (columns: Iterable<number>) =>
      Array.from(columns).reduce((sum, column, row) => sum + values[row * 5 + column], 0)
    const best = Math.min(...permutations([0, 1, 2, 3, 4]).map(total))
    expect(total(assignRows({ rows: 5, columns: 5, values }))).toBe(best)
  }
})

function permutations(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]]
  return values.flatMap((first) =>
    permutations(values.filter((value) => value !== first)).map((rest) => [first, ...rest]),
  )
}
