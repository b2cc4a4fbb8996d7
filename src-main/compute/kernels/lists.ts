/** What is not zero, listed (`listedSums.ts`): row by row or column by column. */
import { boundOf, entryShift, rowBytes } from './listedSums'

/** Entries from the beginning of one list to that of the next, for lists of at most so many: spread over the cache. */
export function listStride(most: i32): i32 {
  return ((most + 15) & ~15) + 16
}

/**
 * Writes an entry for a value of a matrix and returns where the next one goes: behind it, or over it if the value is
 * zero and zeros are left out. It is written in any case, so that there is no branch to be mistaken about.
 * @param keep 1 where zeros are listed too
 */
@inline
function storeEntry(at: usize, row: usize, value: usize, keep: i32): usize {
  const bits = i32.load(value)
  i32.store(at, <i32>row)
  i32.store(at, bits, 4)
  // Shifted, as there are two zeros.
  return at + ((<usize>(((bits << 1) | keep) != 0)) << entryShift)
}

/** Writes four empty entries behind a list, for those who read four at a time. */
@inline
function closeList(at: usize): void {
  v128.store(at, i32x4.splat(0), 0)
  v128.store(at, i32x4.splat(0), 16)
}

/**
 * Lists what is not zero in some rows of a matrix: in which column, and the value. Lists begin `listStride` entries
 * apart; four entries behind the last are zero.
 * @param keepZeros 1 where zeros are listed too, as they pass gradients
 * @param begins, ends [rows] each row's list, in entries, overwritten
 */
export function listRows(
  firstRow: i32,
  endRow: i32,
  columns: i32,
  keepZeros: i32,
  matrix: usize,
  stride: usize,
  begins: usize,
  ends: usize,
  entries: usize,
): void {
  const apart = listStride(columns)
  for (let row = firstRow; row < endRow; row++) {
    const begin = row * apart
    const from = matrix + <usize>row * stride
    let at = entries + ((<usize>begin) << entryShift)
    let place: usize = 0
    for (let value = from; value < from + ((<usize>columns) << 2); value += 4) {
      at = storeEntry(at, place, value, keepZeros)
      place += rowBytes
    }
    closeList(at)
    i32.store(begins + ((<usize>row) << 2), begin)
    i32.store(ends + ((<usize>row) << 2), <i32>((at - entries) >> entryShift))
  }
}

/** The same for some columns: in which row, and the value. */
export function listColumns(
  firstColumn: i32,
  endColumn: i32,
  rows: i32,
  keepZeros: i32,
  matrix: usize,
  stride: usize,
  begins: usize,
  ends: usize,
  entries: usize,
): void {
  const apart = listStride(rows)
  for (let column = firstColumn; column < endColumn; column++) {
    const begin = column * apart
    let at = entries + ((<usize>begin) << entryShift)
    let place: usize = 0
    let value = matrix + ((<usize>column) << 2)
    for (let row = 0; row < rows; row++) {
      at = storeEntry(at, place, value, keepZeros)
      place += rowBytes
      value += stride
    }
    closeList(at)
    i32.store(begins + ((<usize>column) << 2), begin)
    i32.store(ends + ((<usize>column) << 2), <i32>((at - entries) >> entryShift))
  }
}

/** First entry of a cell at or after a gene; genes ascend within a cell. */
export function firstFrom(gene: i32, begin: i32, end: i32, storedGenes: usize): i32 {
  while (begin < end) {
    const middle = (begin + end) >>> 1
    if (i32.load(storedGenes + ((<usize>middle) << 2)) < gene) begin = middle + 1
    else end = middle
  }
  return begin
}

/** Genes whose lists are filled at a time, so that their ends stay in the nearest cache. */
const genesAtOnce: i32 = 128

/**
 * Lists the stored counts of some genes, cells ascending: in which cell, and the value that belongs to it. Lists begin
 * `listStride` entries apart; four entries behind the last are zero.
 * @param values of the stored counts, the first of them
 * @param valueBytes from one to the next
 * @param scratch memory of this thread, 4 bytes for each cell
 */
export function listGenes(
  firstGene: i32,
  endGene: i32,
  cells: i32,
  rowStarts: usize,
  storedGenes: usize,
  values: usize,
  valueBytes: usize,
  begins: usize,
  ends: usize,
  entries: usize,
  scratch: usize,
): void {
  const apart = listStride(cells)
  for (let gene = firstGene; gene < endGene; gene++) {
    i32.store(begins + ((<usize>gene) << 2), gene * apart)
    i32.store(ends + ((<usize>gene) << 2), gene * apart)
  }
  for (let cell = 0; cell < cells; cell++) {
    const ofCell = (<usize>cell) << 2
    const begin = i32.load(rowStarts + ofCell)
    const end = i32.load(rowStarts + ofCell, 4)
    i32.store(scratch + ofCell, firstGene ? firstFrom(firstGene, begin, end, storedGenes) : begin)
  }
  for (let limit = firstGene; limit < endGene; ) {
    limit = min(limit + genesAtOnce, endGene)
    for (let cell = 0; cell < cells; cell++) {
      const ofCell = (<usize>cell) << 2
      const end = i32.load(rowStarts + ofCell, 4)
      let entry = i32.load(scratch + ofCell)
      for (; entry < end; entry++) {
        const gene = i32.load(storedGenes + ((<usize>entry) << 2))
        if (gene >= limit) break
        const listEnd = ends + ((<usize>gene) << 2)
        const place = i32.load(listEnd)
        const at = entries + ((<usize>place) << entryShift)
        i32.store(at, cell * <i32>rowBytes)
        f32.store(at, f32.load(values + <usize>entry * valueBytes), 4)
        i32.store(listEnd, place + 1)
      }
      i32.store(scratch + ofCell, entry)
    }
  }
  for (let gene = firstGene; gene < endGene; gene++) {
    closeList(boundOf(ends, gene, entries))
  }
}
