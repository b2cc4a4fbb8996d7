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

/** log x! by Stirling's series, for x ≥ 256. */
function largeLogFactorial(x: f64): f64 {
  const inverse = 1 / x
  return (x + 0.5) * Math.log(x) - x + halfLogTwoPi + inverse * (1.0 / 12 - (inverse * inverse) / 360)
}

/**
 * Widens the stored counts of some cells and takes log(1 + x); total count and Σ log x! of each cell.
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
  for (let cell = firstCell; cell < endCell; cell++) {
    const ofCell = (<usize>cell) << 2
    const begin = i32.load(rowStarts + ofCell)
    const end = i32.load(rowStarts + ofCell, 4)
    let library: f64 = 0
    let logFactorial: f64 = 0
    for (let entry = begin; entry < end; entry++) {
      const at = (<usize>entry) << 2
      const x = unsigned(rawCounts, countBytes, entry)
      i32.store(storedGenes + at, unsigned(rawGenes, geneBytes, entry))
      f32.store(counts + at, <f32>(<u32>x))
      library += <f64>(<u32>x)
      logFactorial +=
        <u32>x < <u32>tabulatedFactorials
          ? f64.load(factorialTable + ((<usize>x) << 3))
          : largeLogFactorial(<f64>(<u32>x))
    }
    f32.store(libraries + ofCell, <f32>library)
    f32.store(logFactorials + ofCell, <f32>logFactorial)
    // Four at a time may read, but never write, entries of the next cell.
    for (let entry = begin; entry < end; entry += 4) {
      const at = (<usize>entry) << 2
      const logs = logOnePlus(v128.load(counts + at))
      if (end - entry >= 4) v128.store(logCounts + at, logs)
      else {
        f32.store(logCounts + at, f32x4.extract_lane(logs, 0))
        if (end - entry > 1) f32.store(logCounts + at, f32x4.extract_lane(logs, 1), 4)
        if (end - entry > 2) f32.store(logCounts + at, f32x4.extract_lane(logs, 2), 8)
      }
    }
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

/**
 * Lists the stored entries of some genes, gene by gene and cells ascending: which cell, log(1 + x), and which entry.
 * Lists of all genes lie one after the other, each thread finding where its first one begins.
 * @param ranges scratch memory of this thread, 8 bytes for each cell
 */
export function listByGene(
  firstGene: i32,
  endGene: i32,
  cells: i32,
  rowStarts: usize,
  storedGenes: usize,
  logCounts: usize,
  listBegins: usize,
  listEnds: usize,
  listedCells: usize,
  listedLogCounts: usize,
  listedEntries: usize,
  ranges: usize,
): void {
  memory.fill(listEnds + ((<usize>firstGene) << 2), 0, (<usize>(endGene - firstGene)) << 2)
  let before = 0
  for (let cell = 0; cell < cells; cell++) {
    const ofCell = rowStarts + ((<usize>cell) << 2)
    const begin = i32.load(ofCell)
    const end = i32.load(ofCell, 4)
    const from = firstFrom(firstGene, begin, end, storedGenes)
    const to = firstFrom(endGene, from, end, storedGenes)
    before += from - begin
    i32.store(ranges + ((<usize>cell) << 3), from)
    i32.store(ranges + ((<usize>cell) << 3), to, 4)
    for (let entry = from; entry < to; entry++) {
      const counter = listEnds + ((<usize>i32.load(storedGenes + ((<usize>entry) << 2))) << 2)
      i32.store(counter, i32.load(counter) + 1)
    }
  }
  for (let gene = firstGene; gene < endGene; gene++) {
    const at = (<usize>gene) << 2
    const length = i32.load(listEnds + at)
    i32.store(listBegins + at, before)
    i32.store(listEnds + at, before)
    before += length
  }
  for (let cell = 0; cell < cells; cell++) {
    const to = i32.load(ranges + ((<usize>cell) << 3), 4)
    for (let entry = i32.load(ranges + ((<usize>cell) << 3)); entry < to; entry++) {
      const from = (<usize>entry) << 2
      const end = listEnds + ((<usize>i32.load(storedGenes + from)) << 2)
      const place = i32.load(end)
      const at = (<usize>place) << 2
      i32.store(listedCells + at, cell)
      f32.store(listedLogCounts + at, f32.load(logCounts + from))
      i32.store(listedEntries + at, entry)
      i32.store(end, place + 1)
    }
  }
}
