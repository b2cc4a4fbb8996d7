/**
 * Products of a row with the listed rows of a strip (`listedSums.ts`): gradients by the inputs of a layer. Only those of
 * inputs that are not zero are needed, as the others do not pass the ReLU that they come from.
 */
import { boundOf, rowBytes } from './listedSums'
import { clearBeyond, madd } from './vector'

/** Bytes of the sums of a list of at most so many entries. */
@inline
export function sumBytes(most: i32): usize {
  return (<usize>((most + 3) & ~3)) << 2
}

/**
 * Adds Σ over the columns of a strip of row · listed row to the sum of each entry, four entries at a time.
 * @param at, end the list; four entries behind it may be read
 * @param row one float for each column, with room for a multiple of four
 * @param columns in the strip; the rows of the strip are zero beyond them
 * @param sums of the entries, one after the other, and those of up to three behind them
 */
function addProducts(
  at: usize,
  end: usize,
  row: usize,
  columns: i32,
  strip: usize,
  sums: usize,
): void {
  const left = columns & 7
  const last = row + ((<usize>(columns - left)) << 2)
  for (; at < end; at += 32) {
    let w0 = strip + <usize>i32.load(at, 0)
    let w1 = strip + <usize>i32.load(at, 8)
    let w2 = strip + <usize>i32.load(at, 16)
    let w3 = strip + <usize>i32.load(at, 24)
    let s0 = f32x4.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    // Two vectors at a time: V8 reads ahead all that an iteration reads, and more would not fit into registers.
    let from = row
    for (; from < last; from += 32) {
      const v0 = v128.load(from, 0)
      const v1 = v128.load(from, 16)
      s0 = madd(v1, v128.load(w0, 16), madd(v0, v128.load(w0), s0))
      s1 = madd(v1, v128.load(w1, 16), madd(v0, v128.load(w1), s1))
      s2 = madd(v1, v128.load(w2, 16), madd(v0, v128.load(w2), s2))
      s3 = madd(v1, v128.load(w3, 16), madd(v0, v128.load(w3), s3))
      w0 += 32
      w1 += 32
      w2 += 32
      w3 += 32
    }
    for (let rest = left; rest > 0; rest -= 4) {
      // What lies beyond the last column may be anything.
      const v = clearBeyond(v128.load(from), rest)
      s0 = madd(v, v128.load(w0), s0)
      s1 = madd(v, v128.load(w1), s1)
      s2 = madd(v, v128.load(w2), s2)
      s3 = madd(v, v128.load(w3), s3)
      from += 16
      w0 += 16
      w1 += 16
      w2 += 16
      w3 += 16
    }
    const s01 = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7))
    const s23 = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7))
    const four = f32x4.add(v128.shuffle<i64>(s01, s23, 0, 2), v128.shuffle<i64>(s01, s23, 1, 3))
    v128.store(sums, f32x4.add(v128.load(sums), four))
    sums += 16
  }
}

/**
 * The same for the lists of some cells.
 * @param begins, ends [cells] each cell's list, in entries
 * @param row of the first cell; the others follow `stride` bytes apart
 * @param sums of the cells, `sumBytes` apart for lists of at most so many entries
 */
export function addProductsOfCells(
  firstCell: i32,
  endCell: i32,
  most: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  row: usize,
  stride: usize,
  columns: i32,
  strip: usize,
  sums: usize,
): void {
  for (let cell = firstCell; cell < endCell; cell++) {
    addProducts(boundOf(begins, cell, entries), boundOf(ends, cell, entries), row, columns, strip, sums)
    row += stride
    sums += sumBytes(most)
  }
}

/**
 * Puts the sums of some cells where their entries are in rows of inputs.
 * @param add whether to add to what is there, or to overwrite all inputs, with zero where an input is not listed
 * @param row of the first cell; the others follow `stride` bytes apart
 */
export function placeSums(
  firstCell: i32,
  endCell: i32,
  inputs: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  sums: usize,
  add: bool,
  row: usize,
  stride: usize,
): void {
  for (let cell = firstCell; cell < endCell; cell++) {
    if (!add) memory.fill(row, 0, sumBytes(inputs))
    addToRow(boundOf(begins, cell, entries), boundOf(ends, cell, entries), sums, row)
    row += stride
    sums += sumBytes(inputs)
  }
}

/** Adds the sums of a list to where its entries are in a row. */
function addToRow(at: usize, end: usize, sums: usize, row: usize): void {
  for (; at < end; at += 8) {
    const place = row + ((<usize>(i32.load(at) / <i32>rowBytes)) << 2)
    f32.store(place, f32.load(place) + f32.load(sums))
    sums += 4
  }
}
