import type { Matrix } from './matrix'
import { RandomStream } from './random'
import { diagonaliseTridiagonal } from './tridiagonal'

export interface Eigenpairs {
  /** Largest eigenvalues, descending. */
  readonly values: Float64Array
  /** One unit eigenvector for each, each as long as the matrix is wide. */
  readonly vectors: readonly Float64Array[]
}

/**
 * Residual of an eigenpair, relative to the largest eigenvalue, at which it counts as found: an eigenvalue is then
 * right to about the square of this.
 */
const tolerance = 1e-8
const stepsBetweenChecks = 25

/**
 * The largest eigenvalues of a symmetric positive semi-definite matrix and their eigenvectors, by the Lanczos method
 * with full reorthogonalisation (Golub and Van Loan, "Matrix Computations", chapter 10). Carried to the full dimension
 * it is a complete decomposition; for large matrices it stops as soon as the wanted pairs have converged.
 * @param matrix size × size, row-major
 * @param count wanted pairs, at most `size`
 * @param seed seeds the start vector, which changes the result only within rounding (and the signs of vectors)
 */
export function largestEigenpairs(matrix: Float64Array, size: number, count: number, seed = 0): Eigenpairs {
  const steps = lanczos(size, count, seed)
  let step = steps.next()
  while (!step.done) step = steps.next(multiply(matrix, step.value))
  return step.value
}

/**
 * The same of Xᵀ X, which is never made: with many columns that would take by far the longest.
 * @param data X, row-major, rows × columns
 * @param breathe lets others in between two products
 */
export async function largestEigenpairsOfProducts(
  data: Matrix,
  count: number,
  breathe: () => Promise<void>,
): Promise<Eigenpairs> {
  const steps = lanczos(data.columns, count, 0)
  let step = steps.next()
  while (!step.done) {
    await breathe()
    step = steps.next(timesOwnTranspose(data, step.value))
  }
  return step.value
}

/** Xᵀ (X v). */
function timesOwnTranspose({ rows, columns, values }: Matrix, vector: Float64Array): Float64Array {
  const image = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    const start = row * columns
    let sum = 0
    for (let column = 0; column < columns; column++) sum += values[start + column] * vector[column]
    for (let column = 0; column < columns; column++) image[column] += sum * values[start + column]
  }
  return image
}

/** Asks for the image of one vector after the other. */
function* lanczos(
  size: number,
  count: number,
  seed: number,
): Generator<Float64Array, Eigenpairs, Float64Array> {
  const random = new RandomStream(seed, 'principalComponents')
  const basis: Float64Array[] = []
  const diagonal: number[] = []
  const offDiagonal: number[] = []
  let next = freshDirection(random, basis, size)
  while (next && basis.length < size) {
    const current: Float64Array = next
    basis.push(current)
    const image = yield current
    diagonal.push(dot(image, current))
    const scale = norm(image)
    // First what the recurrence says, so that the pass over the whole basis has rounding only to remove.
    addScaled(image, current, -diagonal[diagonal.length - 1])
    if (basis.length > 1) addScaled(image, basis[basis.length - 2], -offDiagonal[offDiagonal.length - 1])
    orthogonalise(image, basis)
    const length = norm(image)
    if (length > Number.EPSILON * 16 * scale) {
      offDiagonal.push(length)
      scaleBy(image, 1 / length)
      next = image
    } else {
      // The space so far is invariant: go on in a direction that it does not contain.
      offDiagonal.push(0)
      next = freshDirection(random, basis, size)
    }
    const steps = basis.length
    const isCheck = steps >= 2 * count && steps % stepsBetweenChecks === 0
    if (isCheck && hasConverged(diagonal, offDiagonal, count)) break
  }
  return ritzPairs(basis, diagonal, offDiagonal, count)
}

/** A random unit vector orthogonal to the basis; null when the basis spans the whole space. */
function freshDirection(
  random: RandomStream,
  basis: readonly Float64Array[],
  size: number,
): Float64Array | null {
  if (basis.length >= size) return null
  const direction = Float64Array.from(random.fillNormal(new Float32Array(size)))
  scaleBy(direction, 1 / norm(direction))
  orthogonalise(direction, basis)
  scaleBy(direction, 1 / norm(direction))
  // A second pass: in a nearly complete basis little is left of the vector and rounding weighs.
  orthogonalise(direction, basis)
  scaleBy(direction, 1 / norm(direction))
  return direction
}

/** Residuals of the Lanczos method: last off-diagonal element times the last entry of each eigenvector. */
function hasConverged(diagonal: number[], offDiagonal: number[], count: number): boolean {
  const values = Float64Array.from(diagonal)
  const lastRow = diagonal.map((_, column) => Float64Array.of(column === values.length - 1 ? 1 : 0))
  diagonaliseTridiagonal(values, Float64Array.from(offDiagonal), lastRow)
  const order = descending(values)
  const coupling = offDiagonal[offDiagonal.length - 1]
  const limit = tolerance * values[order[0]]
  return order.slice(0, count).every((pair) => Math.abs(coupling * lastRow[pair][0]) <= limit)
}

function ritzPairs(
  basis: readonly Float64Array[],
  diagonal: number[],
  offDiagonal: number[],
  count: number,
): Eigenpairs {
  const steps = basis.length
  const values = Float64Array.from(diagonal)
  const columns = basis.map((_, column) => {
    const identityColumn = new Float64Array(steps)
    identityColumn[column] = 1
    return identityColumn
  })
  diagonaliseTridiagonal(values, Float64Array.from(offDiagonal), columns)
  const wanted = descending(values).slice(0, count)
  const vectors = wanted.map((pair) => {
    const vector = new Float64Array(basis[0].length)
    basis.forEach((direction, step) => addScaled(vector, direction, columns[pair][step]))
    return vector
  })
  return { values: Float64Array.from(wanted, (pair) => values[pair]), vectors }
}

function descending(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((a, b) => values[b] - values[a])
}

/**
 * Takes the parts along the basis out of a vector; again where they were a large part of it, so that rounding leaves
 * nothing of them (Daniel, Gragg, Kaufman and Stewart 1976).
 */
function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 3; pass++) {
    const before = norm(vector)
    for (const direction of basis) addScaled(vector, direction, -dot(vector, direction))
    if (norm(vector) > 0.7 * before) return
  }
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length
  const product = new Float64Array(size)
  for (let row = 0; row < size; row++) {
    const start = row * size
    let [a, b, c, d] = [0, 0, 0, 0]
    let column = 0
    for (; column + 3 < size; column += 4) {
      a += matrix[start + column] * vector[column]
      b += matrix[start + column + 1] * vector[column + 1]
      c += matrix[start + column + 2] * vector[column + 2]
      d += matrix[start + column + 3] * vector[column + 3]
    }
    for (; column < size; column++) a += matrix[start + column] * vector[column]
    product[row] = a + b + (c + d)
  }
  return product
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector))
}

function addScaled(vector: Float64Array, direction: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] += factor * direction[i]
}

function scaleBy(vector: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] *= factor
}
