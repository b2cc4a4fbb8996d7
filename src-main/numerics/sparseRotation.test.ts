import { describe, expect, test } from 'vitest'
import { multiply, transpose, zeroMatrix, type Matrix } from './matrix'
import { RandomStream } from './random'
import { randomRotation, sparseRotation, sparsityObjective } from './sparseRotation'

const size = 6
const identity: Matrix = {
  ...zeroMatrix(size, size),
  values: Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0)),
}

/** 40 rows with about one entry in five of size 3 to 6, the rest near zero. */
function sparseRows(): Matrix {
  const stream = new RandomStream(3, 'simulation')
  const values = Float64Array.from({ length: 40 * size }, () =>
    stream.nextUniform() < 0.2
      ? (stream.nextUniform() < 0.5 ? -1 : 1) * (3 + 3 * stream.nextUniform())
      : 0.05 * stream.nextUniform(),
  )
  return { rows: 40, columns: size, values }
}

function random(index: number): Matrix {
  return randomRotation(size, new RandomStream(9, 'rotation', index))
}

function largestDifference(a: Matrix, b: Matrix): number {
  return Math.max(...Array.from(a.values, (value, at) => Math.abs(value - b.values[at])))
}

/** Whether a matrix has one entry of size 1 in each row and column. */
function isSignedPermutation(matrix: Matrix, tolerance: number): boolean {
  const near = (value: number, target: number) => Math.abs(Math.abs(value) - target) < tolerance
  return (
    matrix.values.every((value) => near(value, 0) || near(value, 1)) &&
    matrix.values.filter((value) => near(value, 1)).length === matrix.rows
  )
}

describe('sparse rotation', () => {
  const weights = new Float64Array(40).fill(1)

  test('random rotations are orthogonal and differ', () => {
    expect(largestDifference(multiply(transpose(random(1)), random(1)), identity)).toBeLessThan(1e-12)
    expect(largestDifference(random(1), random(2))).toBeGreaterThan(0.1)
  })

  test('finds back the axes of sparse rows that were turned, up to order and sign', () => {
    const hidden = random(1)
    const { rotation, objective } = sparseRotation(multiply(sparseRows(), hidden), weights, 1, identity)
    expect(largestDifference(multiply(transpose(rotation), rotation), identity)).toBeLessThan(1e-10)
    expect(isSignedPermutation(multiply(hidden, rotation), 0.03)).toBe(true)
    expect(objective).toBeLessThan(1.02 * sparsityObjective(sparseRows(), weights, 1))
  })

  test('says the objective of what it returns, which is not above that of its start', () => {
    const rows = sparseRows()
    const uneven = Float64Array.from(weights, (_, row) => (row % 3) / 2)
    for (const start of [identity, random(4), random(5)]) {
      const { rotation, objective } = sparseRotation(rows, uneven, 1.5, start)
      expect(objective).toBeCloseTo(sparsityObjective(multiply(rows, rotation), uneven, 1.5), 8)
      expect(objective).toBeLessThanOrEqual(sparsityObjective(multiply(rows, start), uneven, 1.5))
    }
  })

  test('rows without weight have no say', () => {
    const rows = sparseRows()
    const dense = Float64Array.from(rows.values, (value, at) => (at < 20 * size ? value : Math.sin(at) * 8))
    const half = Float64Array.from(weights, (_, row) => (row < 20 ? 1 : 0))
    const hidden = random(1)
    const turned = multiply({ ...rows, values: dense }, hidden)
    const { rotation } = sparseRotation(turned, half, 1, identity)
    const alone = sparseRotation(
      { ...turned, rows: 20, values: turned.values.slice(0, 20 * size) },
      half.slice(0, 20),
      1,
      identity,
    )
    expect(largestDifference(rotation, alone.rotation)).toBeLessThan(1e-12)
  })
})
