import { describe, expect, it } from 'vitest'
import { largestEigenpairs, largestEigenpairsOfProducts } from './eigen'
import { RandomStream } from './random'
import { diagonaliseTridiagonal } from './tridiagonal'

/** A random symmetric matrix BᵀB of the given rank, row-major. */
function randomPositiveMatrix(size: number, rank: number): Float64Array {
  const factor = new RandomStream(11, 'simulation').fillNormal(new Float32Array(rank * size))
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < rank; k++) matrix[i * size + j] += factor[k * size + i] * factor[k * size + j]
    }
  }
  return matrix
}

function residual(matrix: Float64Array, value: number, vector: Float64Array): number {
  const size = vector.length
  let largest = 0
  for (let i = 0; i < size; i++) {
    let image = 0
    for (let j = 0; j < size; j++) image += matrix[i * size + j] * vector[j]
    largest = Math.max(largest, Math.abs(image - value * vector[i]))
  }
  return largest
}

describe('largestEigenpairs', () => {
  it.each([
    { size: 1, rank: 1, count: 1 },
    { size: 2, rank: 2, count: 2 },
    { size: 12, rank: 12, count: 12 },
    { size: 40, rank: 5, count: 10 },
    { size: 300, rank: 300, count: 20 },
  ])('solves a $size × $size matrix of rank $rank for $count pairs', ({ size, rank, count }) => {
    const matrix = randomPositiveMatrix(size, rank)
    const { values, vectors } = largestEigenpairs(matrix, size, count)
    expect(values).toHaveLength(count)
    for (let pair = 0; pair < count; pair++) {
      expect(residual(matrix, values[pair], vectors[pair])).toBeLessThan(1e-9 * values[0])
      if (pair > 0) expect(values[pair]).toBeLessThanOrEqual(values[pair - 1])
      for (let other = 0; other <= pair; other++) {
        const product = vectors[pair].reduce((sum, value, i) => sum + value * vectors[other][i], 0)
        expect(product).toBeCloseTo(other === pair ? 1 : 0, 10)
      }
    }
    if (count === size) {
      const trace = Array.from({ length: size }, (_, i) => matrix[i * size + i]).reduce((a, b) => a + b, 0)
      expect(values.reduce((a, b) => a + b, 0) / trace).toBeCloseTo(1, 12)
    }
  })

  it('finds equal eigenvalues as often as they occur', () => {
    const matrix = new Float64Array(36)
    for (const [i, value] of [5, 5, 5, 2, 0, 0].entries()) matrix[i * 7] = value
    expect(
      [...largestEigenpairs(matrix, 6, 6).values].map((value) => Math.round(Math.abs(value) * 1e9) / 1e9),
    ).toEqual([5, 5, 5, 2, 0, 0])
  })
})

/** For eigenvalues without eigenvectors. */
const emptyColumns = (size: number) => Array.from({ length: size }, () => new Float64Array(0))

describe('diagonaliseTridiagonal', () => {
  it('gives the known eigenvalues of the second-difference matrix', () => {
    const size = 50
    const diagonal = new Float64Array(size).fill(2)
    diagonaliseTridiagonal(diagonal, new Float64Array(size).fill(-1), emptyColumns(size))
    diagonal.sort()
    for (let k = 1; k <= size; k++) {
      expect(diagonal[k - 1]).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (size + 1)), 12)
    }
  })

  it('refuses what is not a number', () => {
    expect(() =>
      diagonaliseTridiagonal(Float64Array.of(1, NaN), Float64Array.of(1, 0), emptyColumns(2)),
    ).toThrow('not finite')
  })
})

describe('largestEigenpairsOfProducts', () => {
  it('gives those of XᵀX without making it, and lets others in', async () => {
    const [rows, columns] = [17, 40]
    const values = Float64Array.from(
      new RandomStream(3, 'simulation').fillNormal(new Float32Array(rows * columns)),
    )
    const products = new Float64Array(columns * columns)
    for (let at = 0; at < products.length; at++) {
      for (let row = 0; row < rows; row++) {
        products[at] +=
          values[row * columns + Math.floor(at / columns)] * values[row * columns + (at % columns)]
      }
    }
    let breaths = 0
    const found = await largestEigenpairsOfProducts({ rows, columns, values }, 4, () => {
      breaths += 1
      return Promise.resolve()
    })
    const expected = largestEigenpairs(products, columns, 4)
    expect(breaths).toBeGreaterThan(8)
    found.values.forEach((value, pair) => {
      expect(value / expected.values[pair]).toBeCloseTo(1, 10)
      expect(residual(products, value, found.vectors[pair])).toBeLessThan(1e-6)
    })
  })

  it('ends when it is cancelled', async () => {
    const data = { rows: 2, columns: 3, values: new Float64Array(6).fill(1) }
    await expect(
      largestEigenpairsOfProducts(data, 1, () => Promise.reject(new Error('enough'))),
    ).rejects.toThrow('enough')
  })
})
