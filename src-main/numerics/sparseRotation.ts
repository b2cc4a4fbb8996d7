import { zeroMatrix, type Matrix } from './matrix'
import type { RandomStream } from './random'

const coarseAngles = 36
const fineAngles = 15
/** The search ends when a sweep over all pairs of columns gains less than this share. */
const smallestGain = 1e-3
/** Many times what a search takes; rounding alone must not keep one going. */
const mostSweeps = 200

export interface SparseRotation {
  /** Orthogonal, columns × columns. */
  readonly rotation: Matrix
  /** Of the rotated matrix; lower is sparser. */
  readonly objective: number
}

/**
 * Σ weight of row · log(1 + (entry / scale)²) over a matrix. Entries far from zero cost little more than near ones, so
 * that of all rotations of a matrix the lowest has its rows on few columns.
 */
export function sparsityObjective(matrix: Matrix, weights: Float64Array, scale: number): number {
  let sum = 0
  for (let row = 0, at = 0; row < matrix.rows; row++) {
    for (let column = 0; column < matrix.columns; column++, at++) {
      sum += weights[row] * Math.log1p((matrix.values[at] / scale) ** 2)
    }
  }
  return sum
}

/** A random orthogonal matrix: normal numbers, orthonormalised row by row (Gram-Schmidt). */
export function randomRotation(size: number, stream: RandomStream): Matrix {
  const { values } = zeroMatrix(size, size)
  values.set(stream.fillNormal(new Float32Array(size * size)))
  const rows = Array.from({ length: size }, (_, row) => values.subarray(row * size, (row + 1) * size))
  rows.forEach((row, at) => {
    // Twice: the first pass leaves rounding errors that the second takes away.
    for (const before of [...rows.slice(0, at), ...rows.slice(0, at)]) {
      const overlap = row.reduce((sum, value, column) => sum + value * before[column], 0)
      row.forEach((value, column) => (row[column] = value - overlap * before[column]))
    }
    const length = Math.hypot(...row)
    row.forEach((value, column) => (row[column] = value / length))
  })
  return { rows: size, columns: size, values }
}

/** Contribution of two columns to the objective after turning them in their plane. */
function costOfPair(a: Float64Array, b: Float64Array, weights: Float64Array, angle: number): number {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  let sum = 0
  for (let row = 0; row < a.length; row++) {
    const first = cosine * a[row] + sine * b[row]
    const second = cosine * b[row] - sine * a[row]
    sum += weights[row] * Math.log((1 + first * first) * (1 + second * second))
  }
  return sum
}

/** Turns two columns in their plane, in place. */
function turn(a: Float64Array, b: Float64Array, angle: number): void {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  for (let row = 0; row < a.length; row++) {
    const [first, second] = [a[row], b[row]]
    a[row] = cosine * first + sine * second
    b[row] = cosine * second - sine * first
  }
}

/** The best angle of a pair: of a grid over a quarter turn (more only swaps columns), then of a finer one around it. */
function bestTurn(a: Float64Array, b: Float64Array, weights: Float64Array): { angle: number; gain: number } {
  const now = costOfPair(a, b, weights, 0)
  let [angle, lowest] = [0, now]
  const attempt = (candidate: number): void => {
    const cost = costOfPair(a, b, weights, candidate)
    if (cost < lowest) [angle, lowest] = [candidate, cost]
  }
  const step = Math.PI / 2 / coarseAngles
  for (let at = 1; at < coarseAngles; at++) attempt(at * step)
  const coarse = angle
  const half = (fineAngles - 1) / 2
  for (let at = -half; at <= half; at++) attempt(coarse + (at / (half + 1)) * step)
  return { angle, gain: now - lowest }
}

function columnsOf(matrix: Matrix, factor: number): Float64Array[] {
  return Array.from({ length: matrix.columns }, (_, column) =>
    Float64Array.from(
      { length: matrix.rows },
      (_row, row) => factor * matrix.values[row * matrix.columns + column],
    ),
  )
}

function matrixOf(columns: readonly Float64Array[]): Matrix {
  const { rows, values } = zeroMatrix(columns[0].length, columns.length)
  columns.forEach((column, at) => {
    for (let row = 0; row < rows; row++) values[row * columns.length + at] = column[row]
  })
  return { rows, columns: columns.length, values }
}

/**
 * The orthogonal R near `start` that minimises `sparsityObjective` of matrix · R, found by turning pairs of columns
 * again and again: a local minimum, never above the start.
 * @param matrix rows × columns, each row the shift of a perturbation
 * @param weights of rows
 * @param scale size of an entry that counts as large
 */
export function sparseRotation(
  matrix: Matrix,
  weights: Float64Array,
  scale: number,
  start: Matrix,
): SparseRotation {
  const rotation = columnsOf(start, 1)
  const turned = columnsOf(matrix, 1 / scale)
  // matrix · start, column by column.
  const rotated = rotation.map((direction) =>
    turned.reduce(
      (sum, column, at) => sum.map((value, row) => value + direction[at] * column[row]),
      new Float64Array(matrix.rows),
    ),
  )
  const cost = (): number =>
    rotated.reduce(
      (sum, column) => sum + column.reduce((part, x, row) => part + weights[row] * Math.log1p(x * x), 0),
      0,
    )
  for (let sweep = 0, before = cost(); sweep < mostSweeps; sweep++) {
    let gained = 0
    for (let one = 0; one < rotated.length; one++) {
      for (let other = one + 1; other < rotated.length; other++) {
        const { angle, gain } = bestTurn(rotated[one], rotated[other], weights)
        if (gain <= 0) continue
        turn(rotated[one], rotated[other], angle)
        turn(rotation[one], rotation[other], angle)
        gained += gain
      }
    }
    if (gained <= smallestGain * before) break
    before -= gained
  }
  return { rotation: matrixOf(rotation), objective: cost() }
}
