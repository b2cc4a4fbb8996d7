/** Stored counts of a batch: as the kernels read them, and gene by gene. */
import { logOnePlus } from './vector'

/** Counts below this have log x! in a table that the host fills. */
export const tabulatedFactorials: i32 = 256

const halfLogTwoPi: f64 = 0.9189385332046727

@inline
function unsigned(address: usize, bytes: i32, index: i32): i32 {
  if (bytes == 1) return <i32>load<u8>(address + <usize>index)
  if (bytes == 2) return <i32>load<u16>(address + ((<usize>index) << 1))
  return load<i32>(address + ((<usize>index) << 2))
}

/** Four at a time; may read, but not use, what lies behind the last one. */
@inline
function unsignedFour(address: usize, bytes: i32, index: i32): v128 {
  if (bytes == 1) {
    const packed = v128.load32_zero(address + <usize>index)
    return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(packed))
  }
  if (bytes == 2) return v128.load16x4_u(address + ((<usize>index) << 1))
  return v128.load(address + ((<usize>index) << 2))
}

/** log x! by Stirling's series, for x ≥ 256. */
function largeLogFactorial(x: f64): f64 {
  const inverse = 1 / x
  return (x + 0.5) * Math.log(x) - x + halfLogTwoPi + inverse * (1.0 / 12 - (inverse * inverse) / 360)
}

@inline
function logFactorial(x: u32, factorialTable: usize): f64 {
  return x < <u32>tabulatedFactorials
    ? f64.load(factorialTable + ((<usize>x) << 3))
    : largeLogFactorial(<f64>x)
}

/**
 * Widens the stored counts of some cells and takes log(1 + x); total count (below 2³²) and Σ log x! of each cell.
 * Cells that fill up the last eight have a total count of zero, written by whoever owns the last cell.
 * @param geneBytes, countBytes bytes of one raw gene index and count (1, 2 or 4)
 * @param logFactorials [cells]
 * @param factorialTable log x! of x < 256 in double precision
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
  counts: usize,
  logCounts: usize,
  libraries: usize,
  logFactorials: usize,
  factorialTable: usize,
): void {
  if (endCell == cells) {
    const filled = (<usize>((cells + 7) & ~7)) << 2
    for (let at = (<usize>cells) << 2; at < filled; at += 4) f32.store(libraries + at, 0)
  }
  const largest = i32x4.splat(tabulatedFactorials - 1)
  for (let cell = firstCell; cell < endCell; cell++) {
    const ofCell = (<usize>cell) << 2
    const end = i32.load(rowStarts + ofCell, 4)
    let entry = i32.load(rowStarts + ofCell)
    let totals = i32x4.splat(0)
    let logs = f64x2.splat(0)
    let total: u32 = 0
    let log: f64 = 0
    for (; entry + 4 <= end; entry += 4) {
      const at = (<usize>entry) << 2
      const four = unsignedFour(rawCounts, countBytes, entry)
      const floats = f32x4.convert_i32x4_u(four)
      v128.store(storedGenes + at, unsignedFour(rawGenes, geneBytes, entry))
      v128.store(counts + at, floats)
      v128.store(logCounts + at, logOnePlus(floats))
      totals = i32x4.add(totals, four)
      const x0 = i32x4.extract_lane(four, 0)
      const x1 = i32x4.extract_lane(four, 1)
      const x2 = i32x4.extract_lane(four, 2)
      const x3 = i32x4.extract_lane(four, 3)
      if (v128.any_true(i32x4.gt_u(four, largest))) {
        log += logFactorial(x0, factorialTable) + logFactorial(x1, factorialTable)
        log += logFactorial(x2, factorialTable) + logFactorial(x3, factorialTable)
      } else {
        let low = v128.load64_zero(factorialTable + ((<usize>x0) << 3))
        low = v128.load_lane<f64>(factorialTable + ((<usize>x1) << 3), low, 1)
        let high = v128.load64_zero(factorialTable + ((<usize>x2) << 3))
        high = v128.load_lane<f64>(factorialTable + ((<usize>x3) << 3), high, 1)
        logs = f64x2.add(logs, f64x2.add(low, high))
      }
    }
    // The next cell may belong to another thread: nothing of it is written.
    for (; entry < end; entry++) {
      const at = (<usize>entry) << 2
      const x = <u32>unsigned(rawCounts, countBytes, entry)
      i32.store(storedGenes + at, unsigned(rawGenes, geneBytes, entry))
      f32.store(counts + at, <f32>x)
      f32.store(logCounts + at, f32x4.extract_lane(logOnePlus(f32x4.splat(<f32>x)), 0))
      total += x
      log += logFactorial(x, factorialTable)
    }
    total += i32x4.extract_lane(totals, 0) + i32x4.extract_lane(totals, 1)
    total += i32x4.extract_lane(totals, 2) + i32x4.extract_lane(totals, 3)
    f32.store(libraries + ofCell, <f32>total)
    f32.store(logFactorials + ofCell, <f32>(log + f64x2.extract_lane(logs, 0) + f64x2.extract_lane(logs, 1)))
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
 * Lists the stored entries of some genes, gene by gene and cells ascending: which cell, its value (as log(1 + x)), and
 * which entry. Every gene has a list with room for all cells, `listStride` entries from the one before.
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
  listedEntries: usize,
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
        i32.store(listedEntries + at, entry)
        i32.store(listEnd, place + 1)
      }
      i32.store(scratch + ofCell, entry)
    }
  }
}
