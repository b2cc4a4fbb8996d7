/** The first layer of the encoder: only stored counts are touched. Weights lie gene by gene. */
import { updateFour } from './adam'
import { madd } from './vector'

/**
 * Adds Σ over the listed entries of value · row to 32 or 4 columns.
 * @param rows index of the row of each entry
 * @param table rows `stride` bytes apart, from the first of the columns on
 */
@inline
function sumOfRows(
  wide: bool,
  begin: i32,
  end: i32,
  rows: usize,
  values: usize,
  table: usize,
  stride: usize,
  start: usize,
  out: usize,
): void {
  const zero = f32x4.splat(0)
  let a0 = start ? v128.load(start, 0) : zero
  let a1 = zero
  let a2 = zero
  let a3 = zero
  let a4 = zero
  let a5 = zero
  let a6 = zero
  let a7 = zero
  if (wide && start) {
    a1 = v128.load(start, 16)
    a2 = v128.load(start, 32)
    a3 = v128.load(start, 48)
    a4 = v128.load(start, 64)
    a5 = v128.load(start, 80)
    a6 = v128.load(start, 96)
    a7 = v128.load(start, 112)
  }
  const last = (<usize>end) << 2
  for (let at = (<usize>begin) << 2; at < last; at += 4) {
    const row = table + <usize>i32.load(rows + at) * stride
    const x = v128.load32_splat(values + at)
    a0 = madd(x, v128.load(row, 0), a0)
    if (wide) {
      a1 = madd(x, v128.load(row, 16), a1)
      a2 = madd(x, v128.load(row, 32), a2)
      a3 = madd(x, v128.load(row, 48), a3)
      a4 = madd(x, v128.load(row, 64), a4)
      a5 = madd(x, v128.load(row, 80), a5)
      a6 = madd(x, v128.load(row, 96), a6)
      a7 = madd(x, v128.load(row, 112), a7)
    }
  }
  v128.store(out, a0, 0)
  if (wide) {
    v128.store(out, a1, 16)
    v128.store(out, a2, 32)
    v128.store(out, a3, 48)
    v128.store(out, a4, 64)
    v128.store(out, a5, 80)
    v128.store(out, a6, 96)
    v128.store(out, a7, 112)
  }
}

/** Σ over the listed entries of value · row (+ start), all columns (a multiple of 4). */
export function sumOfAllColumns(
  begin: i32,
  end: i32,
  columns: i32,
  rows: usize,
  values: usize,
  table: usize,
  stride: usize,
  start: usize,
  out: usize,
): void {
  let column = 0
  for (; column + 32 <= columns; column += 32) {
    const at = (<usize>column) << 2
    sumOfRows(true, begin, end, rows, values, table + at, stride, start ? start + at : 0, out + at)
  }
  for (; column < columns; column += 4) {
    const at = (<usize>column) << 2
    sumOfRows(false, begin, end, rows, values, table + at, stride, start ? start + at : 0, out + at)
  }
}

/**
 * out = stored values · weights + bias, for some cells.
 * @param units rounded up to a multiple of 4
 * @param weights genes × units
 */
export function sparseLayer(
  firstCell: i32,
  endCell: i32,
  units: i32,
  rowStarts: usize,
  storedGenes: usize,
  values: usize,
  weights: usize,
  weightStride: usize,
  bias: usize,
  out: usize,
  stride: usize,
): void {
  for (let cell = firstCell; cell < endCell; cell++) {
    const at = (<usize>cell) << 2
    const begin = i32.load(rowStarts + at)
    const end = i32.load(rowStarts + at, 4)
    const row = out + <usize>cell * stride
    sumOfAllColumns(begin, end, units, storedGenes, values, weights, weightStride, bias, row)
  }
}

/**
 * Gradient by the weights of some genes, and the step of Adam on them.
 * @param listBegins, listEnds each gene's part of the lists of `listCells`
 * @param outputGradients cells × units, rows `stride` bytes apart
 * @param weightGradients where to leave the gradient instead of making a step, or 0
 */
export function sparseLayerUpdate(
  firstGene: i32,
  endGene: i32,
  units: i32,
  listBegins: usize,
  listEnds: usize,
  listedCells: usize,
  listedValues: usize,
  outputGradients: usize,
  stride: usize,
  weights: usize,
  firstMoments: usize,
  secondMoments: usize,
  weightStride: usize,
  settings: usize,
  weightGradients: usize,
  scratch: usize,
): void {
  const rowBytes = (<usize>units) << 2
  for (let gene = firstGene; gene < endGene; gene++) {
    const at = (<usize>gene) << 2
    const row = <usize>gene * weightStride
    const gradient = weightGradients ? weightGradients + row : scratch
    const begin = i32.load(listBegins + at)
    const end = i32.load(listEnds + at)
    sumOfAllColumns(begin, end, units, listedCells, listedValues, outputGradients, stride, 0, gradient)
    if (weightGradients) continue
    for (let unit: usize = 0; unit < rowBytes; unit += 16) {
      const place = row + unit
      updateFour(
        settings,
        v128.load(gradient + unit),
        weights + place,
        firstMoments + place,
        secondMoments + place,
      )
    }
  }
}
