import { expect, test } from 'vitest'
import { nullSpace } from './nullSpace'

/** Gram matrix of columns. */
function gram(columns: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(
    columns.flatMap((one) =>
      columns.map((other) => one.reduce((sum, value, row) => sum + value * other[row], 0)),
    ),
  )
}

test('is empty for columns that are independent', () => {
  expect(
    nullSpace(
      gram([
        [1, 0, 2],
        [0, 1, 1],
        [1, 1, 0],
      ]),
      3,
    ),
  ).toEqual([])
})

test('holds how dependent columns add up to nothing', () => {
  const columns = [
    [1, 1, 0, 0],
    [0, 0, 1, 1],
    [1, 0, 1, 0],
    [0, 1, 0, 1],
    [1e3, 0, 0, 7],
  ]
  const vectors = nullSpace(gram(columns), 5)
  expect(vectors).toHaveLength(1)
  const sums = [0, 1, 2, 3].map((row) =>
    columns.reduce((sum, column, at) => sum + vectors[0][at] * column[row], 0),
  )
  for (const sum of sums) expect(sum).toBeCloseTo(0, 9)
  expect(Math.max(...vectors[0].map(Math.abs))).toBeGreaterThan(0.5)
})

test('is everything for zeros', () => {
  expect(nullSpace(new Float64Array(4), 2)).toHaveLength(2)
})
