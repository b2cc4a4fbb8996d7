/** What is not zero, listed (`listedSums.ts`): values of a matrix by rows or columns, and stored counts by genes. */
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
 * Lists what is not zero in some rows or columns of a matrix: at which place of the row or column, and the value. Lists
 * begin `listStride` entries apart; four entries behind the last are zero.
 * @param length of each row or column
 * @param keepZeros 1 where zeros are listed too, as they pass gradients
 * @param lineStride, valueStride bytes from one row or column to the next, and from value to value in it
 * @param begins, ends each list, in entries, overwritten
 */
export function listValues(
  firstLine: i32,
  endLine: i32,
  length: i32,
  keepZeros: i32,
  matrix: usize,
  lineStride: usize,
  valueStride: usize,
  begins: usize,
  ends: usize,
  entries: usize,
): void {
  const apart = listStride(length)
  for (let line = firstLine; line < endLine; line++) {
    const begin = line * apart
    let at = entries + ((<usize>begin) << entryShift)
    let value = matrix + <usize>line * lineStride
    const last = <usize>length * rowBytes
    for (let row: usize = 0; row < last; row += rowBytes) {
      at = storeEntry(at, row, value, keepZeros)
      value += valueStride
    }
    closeList(at)
    i32.store(begins + ((<usize>line) << 2), begin)
    i32.store(ends + ((<usize>line) << 2), <i32>((at - entries) >> entryShift))
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
