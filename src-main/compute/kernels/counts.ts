/** Stored counts of a batch: as the kernels read them, and gene by gene. */
import { logOnePlus } from './vector'

/** One of the raw numbers that the host left. @param bytes of each: 1, 2 or 4 */
@inline
function unsigned(address: usize, bytes: i32, index: i32): i32 {
  if (bytes == 1) return <i32>load<u8>(address + <usize>index)
  if (bytes == 2) return <i32>load<u16>(address + ((<usize>index) << 1))
  return load<i32>(address + ((<usize>index) << 2))
}

/** Four of them; may read, but not use, what lies behind the last one. */
@inline
export function unsignedFour(address: usize, bytes: i32, index: i32): v128 {
  if (bytes == 1) {
    const packed = v128.load32_zero(address + <usize>index)
    return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(packed))
  }
  if (bytes == 2) return v128.load16x4_u(address + ((<usize>index) << 1))
  return v128.load(address + ((<usize>index) << 2))
}

/** Counts below this have their log(1 + x) in a table. */
const tabulated: i32 = 256

/** log(1 + x), from the table where x is in it. */
@inline
function logCount(x: u32, table: usize): f32 {
  if (x < <u32>tabulated) return f32.load(table + ((<usize>x) << 2))
  return f32x4.extract_lane(logOnePlus(f32x4.splat(<f32>x)), 0)
}

/** Fills the table. */
function tabulateLogs(table: usize): void {
  for (let x = 0; x < tabulated; x += 4) {
    const counts = f32x4.add(f32x4.splat(<f32>x), f32x4(0, 1, 2, 3))
    v128.store(table + ((<usize>x) << 2), logOnePlus(counts))
  }
}

/** log(1 + x) of some entries, for raw counts of one width. @returns Σ x */
@inline
function takeLogs<Count>(begin: i32, end: i32, rawCounts: usize, logCounts: usize, table: usize): u32 {
  let total: u32 = 0
  for (let entry = begin; entry < end; entry++) {
    const x = <u32>load<Count>(rawCounts + <usize>entry * sizeof<Count>())
    f32.store(logCounts + ((<usize>entry) << 2), logCount(x, table))
    total += x
  }
  return total
}

/**
 * Widens the gene indices of some cells' stored counts and takes log(1 + x); total count (below 2³²) of each cell.
 * Cells that fill up the last eight have a total count of zero, written by whoever owns the last cell.
 * @param geneBytes, countBytes bytes of one raw gene index and count (1, 2 or 4)
 * @param scratch memory of this thread, 1024 bytes
 */
export function unpackCounts(
  firstCell: i32,
  endCell: i32,
  cells: i32,
  rowStarts: usize,
  rawGenes: usize,
  geneBytes: i32,
  rawCounts: usize,
  countBytes: i32,
  storedGenes: usize,
  logCounts: usize,
  libraries: usize,
  scratch: usize,
): void {
  if (endCell == cells) {
    const filled = (<usize>((cells + 7) & ~7)) << 2
    for (let at = (<usize>cells) << 2; at < filled; at += 4) f32.store(libraries + at, 0)
  }
  tabulateLogs(scratch)
  for (let cell = firstCell; cell < endCell; cell++) {
    const ofCell = (<usize>cell) << 2
    const begin = i32.load(rowStarts + ofCell)
    const end = i32.load(rowStarts + ofCell, 4)
    let entry = begin
    for (; entry + 4 <= end; entry += 4) {
      v128.store(storedGenes + ((<usize>entry) << 2), unsignedFour(rawGenes, geneBytes, entry))
    }
    // The next cell may belong to another thread: nothing of it is written.
    for (; entry < end; entry++) {
      i32.store(storedGenes + ((<usize>entry) << 2), unsigned(rawGenes, geneBytes, entry))
    }
    let total: u32 = 0
    if (countBytes == 1) total = takeLogs<u8>(begin, end, rawCounts, logCounts, scratch)
    else if (countBytes == 2) total = takeLogs<u16>(begin, end, rawCounts, logCounts, scratch)
    else total = takeLogs<u32>(begin, end, rawCounts, logCounts, scratch)
    f32.store(libraries + ofCell, <f32>total)
  }
}

/** First entry of a cell at or after a gene; genes ascend within a cell. */
function firstFrom(gene: i32, begin: i32, end: i32, storedGenes: usize): i32 {
  while (begin < end) {
    const middle = (begin + end) >>> 1
    if (i32.load(storedGenes + ((<usize>middle) << 2)) < gene) begin = middle + 1
    else end = middle
  }
  return begin
}

/** Genes whose lists are filled at a time, so that their ends stay in the nearest cache. */
const listsAtOnce: i32 = 128

/** Entries from the beginning of one gene's list to that of the next: all cells, spread over the cache. */
export function listStride(cells: i32): i32 {
  return ((cells + 15) & ~15) + 16
}

/**
 * Lists the stored entries of some genes, gene by gene and cells ascending: which cell, and its value (as log(1 + x)).
 * Every gene has a list with room for all cells, `listStride` entries from the one before.
 * @param scratch memory of this thread, 4 bytes for each cell
 */
export function listByGene(
  firstGene: i32,
  endGene: i32,
  cells: i32,
  rowStarts: usize,
  storedGenes: usize,
  values: usize,
  listBegins: usize,
  listEnds: usize,
  listedCells: usize,
  listedValues: usize,
  scratch: usize,
): void {
  const stride = listStride(cells)
  for (let gene = firstGene; gene < endGene; gene++) {
    i32.store(listBegins + ((<usize>gene) << 2), gene * stride)
    i32.store(listEnds + ((<usize>gene) << 2), gene * stride)
  }
  for (let cell = 0; cell < cells; cell++) {
    const ofCell = (<usize>cell) << 2
    const begin = i32.load(rowStarts + ofCell)
    const end = i32.load(rowStarts + ofCell, 4)
    i32.store(scratch + ofCell, firstGene ? firstFrom(firstGene, begin, end, storedGenes) : begin)
  }
  for (let limit = firstGene; limit < endGene; ) {
    limit = min(limit + listsAtOnce, endGene)
    for (let cell = 0; cell < cells; cell++) {
      const ofCell = (<usize>cell) << 2
      const end = i32.load(rowStarts + ofCell, 4)
      let entry = i32.load(scratch + ofCell)
      for (; entry < end; entry++) {
        const from = (<usize>entry) << 2
        const gene = i32.load(storedGenes + from)
        if (gene >= limit) break
        const listEnd = listEnds + ((<usize>gene) << 2)
        const place = i32.load(listEnd)
        const at = (<usize>place) << 2
        i32.store(listedCells + at, cell)
        f32.store(listedValues + at, f32.load(values + from))
        i32.store(listEnd, place + 1)
      }
      i32.store(scratch + ofCell, entry)
    }
  }
}
