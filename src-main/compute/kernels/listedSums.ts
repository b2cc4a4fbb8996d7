/**
 * Sums over lists: the products of layers whose inputs are mostly zero, as counts are and, one half of them, the units
 * behind a ReLU. Only what is not zero is listed, multiplied and added.
 *
 * A list has entries of eight bytes, where a row begins (integer, in bytes) and a factor (float). Rows lie in strips of
 * 48 columns, as many as the sums that fit into registers: [columns / 48][rows][48], where the last strip may have
 * fewer columns in rows of the same length.
 */
import { clearBeyond, madd } from './vector'

/** Columns of a full strip. */
export const stripColumns: i32 = 48
/** Bytes from row to row of a strip. */
export const rowBytes: usize = 192
/** Bytes of an entry, as a power of two. */
export const entryShift: usize = 3

/** Where a list begins or ends, from the bounds of all lists in entries. */
@inline
export function boundOf(bounds: usize, list: i32, entries: usize): usize {
  return entries + ((<usize>i32.load(bounds + ((<usize>list) << 2))) << entryShift)
}

/** Vectors of four columns in a strip of which so many columns are left. */
@inline
export function vectorsOf(left: i32): i32 {
  return (min(stripColumns, left) + 3) >> 2
}

/**
 * Σ over the entries of a list of factor · row.
 *
 * Loops have no other condition than their end, and no more sums than fit beside a factor and a row into 15 registers:
 * V8 would keep some of them in memory. Each finds the row of the next entry before it needs it, and so reads one entry
 * beyond the end.
 * @param vectors of four columns, at most 12
 * @param at, end of the list
 * @param start what the sums begin with; may be `out`
 */
export function sumListed(vectors: i32, at: usize, end: usize, strip: usize, start: usize, out: usize): void {
  if (vectors == 12) {
    let a0 = v128.load(start, 0)
    let a1 = v128.load(start, 16)
    let a2 = v128.load(start, 32)
    let a3 = v128.load(start, 48)
    let a4 = v128.load(start, 64)
    let a5 = v128.load(start, 80)
    let a6 = v128.load(start, 96)
    let a7 = v128.load(start, 112)
    let a8 = v128.load(start, 128)
    let a9 = v128.load(start, 144)
    let a10 = v128.load(start, 160)
    let a11 = v128.load(start, 176)
    let row = strip + <usize>i32.load(at)
    for (; at < end; at += 8) {
      const x = v128.load32_splat(at, 4)
      const next = strip + <usize>i32.load(at, 8)
      a0 = madd(x, v128.load(row, 0), a0)
      a1 = madd(x, v128.load(row, 16), a1)
      a2 = madd(x, v128.load(row, 32), a2)
      a3 = madd(x, v128.load(row, 48), a3)
      a4 = madd(x, v128.load(row, 64), a4)
      a5 = madd(x, v128.load(row, 80), a5)
      a6 = madd(x, v128.load(row, 96), a6)
      a7 = madd(x, v128.load(row, 112), a7)
      a8 = madd(x, v128.load(row, 128), a8)
      a9 = madd(x, v128.load(row, 144), a9)
      a10 = madd(x, v128.load(row, 160), a10)
      a11 = madd(x, v128.load(row, 176), a11)
      row = next
    }
    v128.store(out, a0, 0)
    v128.store(out, a1, 16)
    v128.store(out, a2, 32)
    v128.store(out, a3, 48)
    v128.store(out, a4, 64)
    v128.store(out, a5, 80)
    v128.store(out, a6, 96)
    v128.store(out, a7, 112)
    v128.store(out, a8, 128)
    v128.store(out, a9, 144)
    v128.store(out, a10, 160)
    v128.store(out, a11, 176)
    return
  }
  let column: usize = 0
  const width = (<usize>vectors) << 4
  if (width >= 128) {
    sumEight(at, end, strip, start, out)
    column = 128
  }
  if (width >= column + 64) {
    sumFour(at, end, strip + column, start + column, out + column)
    column += 64
  }
  for (; column < width; column += 16) {
    let sum = v128.load(start + column)
    for (let entry = at; entry < end; entry += 8) {
      sum = madd(v128.load32_splat(entry, 4), v128.load(strip + <usize>i32.load(entry) + column), sum)
    }
    v128.store(out + column, sum)
  }
}

@inline
function sumEight(at: usize, end: usize, strip: usize, start: usize, out: usize): void {
  let a0 = v128.load(start, 0)
  let a1 = v128.load(start, 16)
  let a2 = v128.load(start, 32)
  let a3 = v128.load(start, 48)
  let a4 = v128.load(start, 64)
  let a5 = v128.load(start, 80)
  let a6 = v128.load(start, 96)
  let a7 = v128.load(start, 112)
  let row = strip + <usize>i32.load(at)
  for (; at < end; at += 8) {
    const x = v128.load32_splat(at, 4)
    const next = strip + <usize>i32.load(at, 8)
    a0 = madd(x, v128.load(row, 0), a0)
    a1 = madd(x, v128.load(row, 16), a1)
    a2 = madd(x, v128.load(row, 32), a2)
    a3 = madd(x, v128.load(row, 48), a3)
    a4 = madd(x, v128.load(row, 64), a4)
    a5 = madd(x, v128.load(row, 80), a5)
    a6 = madd(x, v128.load(row, 96), a6)
    a7 = madd(x, v128.load(row, 112), a7)
    row = next
  }
  v128.store(out, a0, 0)
  v128.store(out, a1, 16)
  v128.store(out, a2, 32)
  v128.store(out, a3, 48)
  v128.store(out, a4, 64)
  v128.store(out, a5, 80)
  v128.store(out, a6, 96)
  v128.store(out, a7, 112)
}

@inline
function sumFour(at: usize, end: usize, strip: usize, start: usize, out: usize): void {
  let a0 = v128.load(start, 0)
  let a1 = v128.load(start, 16)
  let a2 = v128.load(start, 32)
  let a3 = v128.load(start, 48)
  let row = strip + <usize>i32.load(at)
  for (; at < end; at += 8) {
    const x = v128.load32_splat(at, 4)
    const next = strip + <usize>i32.load(at, 8)
    a0 = madd(x, v128.load(row, 0), a0)
    a1 = madd(x, v128.load(row, 16), a1)
    a2 = madd(x, v128.load(row, 32), a2)
    a3 = madd(x, v128.load(row, 48), a3)
    row = next
  }
  v128.store(out, a0, 0)
  v128.store(out, a1, 16)
  v128.store(out, a2, 32)
  v128.store(out, a3, 48)
}

/** Up to 48 columns of a row-major matrix as a strip; zeros beyond the last column. */
export function packStrip(source: usize, stride: usize, rows: i32, columns: i32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += 4) {
      const at = (<usize>column) << 2
      v128.store(out + at, clearBeyond(v128.load(source + at), columns - column))
    }
    source += stride
    out += rowBytes
  }
}
