/** Stored counts of a batch as the kernels read them. */
import { entryShift, rowBytes } from './listedSums'
import { logOnePlus } from './vector'

/** One of the raw numbers that the host left. @param bytes of each: 1, 2 or 4 */
@inline
export function unsigned(address: usize, bytes: i32, index: i32): i32 {
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

/** Lists log(1 + x) of some stored counts, for raw counts of one width. @returns Σ x */
@inline
function listLogs<Count>(
  begin: i32,
  end: i32,
  storedGenes: usize,
  rawCounts: usize,
  entries: usize,
  table: usize,
): u32 {
  let total: u32 = 0
  let out = entries + ((<usize>begin) << entryShift)
  for (let entry = begin; entry < end; entry++) {
    const x = <u32>load<Count>(rawCounts + <usize>entry * sizeof<Count>())
    i32.store(out, i32.load(storedGenes + ((<usize>entry) << 2)) * <i32>rowBytes)
    f32.store(out, logCount(x, table), 4)
    out += 8
    total += x
  }
  return total
}

/**
 * Widens the gene indices of some cells' stored counts and lists log(1 + x); total count (below 2³²) of each cell.
 * Cells that fill up the last eight have a total count of zero, written by whoever owns the last cell.
 * @param geneBytes, countBytes bytes of one raw gene index and count (1, 2 or 4)
 * @param entries the inputs of the first layer (`listedSums.ts`), in the order of the stored counts
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
  entries: usize,
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
    if (countBytes == 1) total = listLogs<u8>(begin, end, storedGenes, rawCounts, entries, scratch)
    else if (countBytes == 2) total = listLogs<u16>(begin, end, storedGenes, rawCounts, entries, scratch)
    else total = listLogs<u32>(begin, end, storedGenes, rawCounts, entries, scratch)
    f32.store(libraries + ofCell, <f32>total)
  }
}
