import { clearBeyond } from './vector'

/** Stores the transposed 4 × 4 matrix of four rows; the stored rows are `stride` bytes apart. */
@inline
export function storeTransposed(r0: v128, r1: v128, r2: v128, r3: v128, out: usize, stride: usize): void {
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(out, v128.shuffle<i64>(low01, low23, 0, 2))
  v128.store(out + stride, v128.shuffle<i64>(low01, low23, 1, 3))
  v128.store(out + 2 * stride, v128.shuffle<i64>(high01, high23, 0, 2))
  v128.store(out + 3 * stride, v128.shuffle<i64>(high01, high23, 1, 3))
}

/** Four floats of a row, zeros beyond its last column and for a row that is not there. */
@inline
export function rowPart(source: usize, present: bool, left: i32): v128 {
  return present ? clearBeyond(v128.load(source), left) : f32x4.splat(0)
}

/**
 * Up to four rows as columns: rows × columns, `stride` bytes from row to row → [columns rounded up to 4][width], of
 * which four lanes from `out` on are written.
 */
export function packRows(source: usize, stride: usize, rows: i32, columns: i32, out: usize, width: usize): void {
  for (let column = 0; column < columns; column += 4) {
    const left = columns - column
    storeTransposed(
      rowPart(source, rows > 0, left),
      rowPart(source + stride, rows > 1, left),
      rowPart(source + 2 * stride, rows > 2, left),
      rowPart(source + 3 * stride, rows > 3, left),
      out,
      width,
    )
    source += 16
    out += 4 * width
  }
}

/** Columns as they lie: [rows][4] or [rows][8] panels of a row-major matrix; zeros beyond the last column. */
export function packColumns(
  source: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  width: i32,
  out: usize,
): void {
  for (let row = 0; row < rows; row++) {
    v128.store(out, clearBeyond(v128.load(source), columns))
    if (width == 8) {
      v128.store(out, columns > 4 ? clearBeyond(v128.load(source, 16), columns - 4) : f32x4.splat(0), 16)
    }
    source += stride
    out += (<usize>width) << 2
  }
}
