/**
 * The first layer of the encoder: only stored counts are touched. Weights and their moments lie in panels of 32 units,
 * [units / 32][genes][32], the last panel being as narrow as its units (a multiple of 4).
 */
import { adam } from './adam'
import { madd, zeros } from './vector'

/** Units of a full panel. */
export const panelUnits: i32 = 32
/** Genes whose weights in a panel stay in the nearest cache while all cells read them. */
const genesAtOnce: i32 = 256

/**
 * Σ over listed entries of value · row of a table, for the columns of a panel. The loop over entries runs to a known
 * end: with a condition on the entries in it, V8 keeps some of the sums in memory.
 * @param width bytes of the panel's columns
 * @param begin, end of the list
 * @param stride bytes from row to row
 * @param start what the sums begin with; may be `out`
 */
export function sumListed(
  width: usize,
  begin: i32,
  end: i32,
  rows: usize,
  values: usize,
  table: usize,
  stride: usize,
  start: usize,
  out: usize,
): void {
  const last = (<usize>end) << 2
  if (width < 128) {
    for (let column: usize = 0; column < width; column += 16) {
      let sum = v128.load(start + column)
      for (let at = (<usize>begin) << 2; at < last; at += 4) {
        const row = table + <usize>i32.load(rows + at) * stride
        sum = madd(v128.load32_splat(values + at), v128.load(row + column), sum)
      }
      v128.store(out + column, sum)
    }
    return
  }
  let a0 = v128.load(start, 0)
  let a1 = v128.load(start, 16)
  let a2 = v128.load(start, 32)
  let a3 = v128.load(start, 48)
  let a4 = v128.load(start, 64)
  let a5 = v128.load(start, 80)
  let a6 = v128.load(start, 96)
  let a7 = v128.load(start, 112)
  for (let at = (<usize>begin) << 2; at < last; at += 4) {
    const row = table + <usize>i32.load(rows + at) * stride
    const x = v128.load32_splat(values + at)
    a0 = madd(x, v128.load(row, 0), a0)
    a1 = madd(x, v128.load(row, 16), a1)
    a2 = madd(x, v128.load(row, 32), a2)
    a3 = madd(x, v128.load(row, 48), a3)
    a4 = madd(x, v128.load(row, 64), a4)
    a5 = madd(x, v128.load(row, 80), a5)
    a6 = madd(x, v128.load(row, 96), a6)
    a7 = madd(x, v128.load(row, 112), a7)
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

/** Bytes of scratch memory that `sparseLayer` needs for each thread. */
export function sparseLayerScratch(cells: i32, genes: i32): usize {
  return (<usize>cells * (<usize>blocksOf(genes) + 1)) << 2
}

function blocksOf(genes: i32): i32 {
  return (genes + genesAtOnce - 1) / genesAtOnce
}

/** Where the entries of each block of genes begin in some cells: [blocks + 1][cells]. */
function findBlocks(
  firstCell: i32,
  endCell: i32,
  genes: i32,
  rowStarts: usize,
  storedGenes: usize,
  out: usize,
): void {
  const blocks = blocksOf(genes)
  const rowBytes = (<usize>(endCell - firstCell)) << 2
  for (let cell = firstCell; cell < endCell; cell++) {
    const end = i32.load(rowStarts + ((<usize>cell) << 2), 4)
    let entry = i32.load(rowStarts + ((<usize>cell) << 2))
    let at = out + ((<usize>(cell - firstCell)) << 2)
    i32.store(at, entry)
    for (let block = 1; block <= blocks; block++) {
      const limit = block * genesAtOnce
      while (entry + 8 <= end && i32.load(storedGenes + ((<usize>entry) << 2), 28) < limit) entry += 8
      while (entry < end && i32.load(storedGenes + ((<usize>entry) << 2)) < limit) entry += 1
      at += rowBytes
      i32.store(at, entry)
    }
  }
}

/**
 * out = stored values · weights + bias, for some cells.
 * @param units rounded up to a multiple of 4
 */
export function sparseLayer(
  firstCell: i32,
  endCell: i32,
  genes: i32,
  units: i32,
  rowStarts: usize,
  storedGenes: usize,
  values: usize,
  weights: usize,
  bias: usize,
  out: usize,
  stride: usize,
  scratch: usize,
): void {
  const blocks = blocksOf(genes)
  const rowBytes = (<usize>(endCell - firstCell)) << 2
  findBlocks(firstCell, endCell, genes, rowStarts, storedGenes, scratch)
  for (let unit = 0; unit < units; unit += panelUnits) {
    const width = (<usize>min(panelUnits, units - unit)) << 2
    const panel = weights + ((<usize>genes * <usize>unit) << 2)
    const offset = (<usize>unit) << 2
    for (let block = 0; block < blocks; block++) {
      let begins = scratch + <usize>block * rowBytes
      for (let cell = firstCell; cell < endCell; cell++) {
        const row = out + <usize>cell * stride + offset
        const begin = i32.load(begins)
        const end = i32.load(begins + rowBytes)
        const start = block == 0 ? bias + offset : row
        sumListed(width, begin, end, storedGenes, values, panel, width, start, row)
        begins += 4
      }
    }
  }
}

/**
 * Gradient by the weights of some genes, and the step of Adam on them.
 * @param units rounded up to a multiple of 4
 * @param listBegins, listEnds each gene's part of the lists of `listByGene`
 * @param outputGradients cells × units, rows `stride` bytes apart
 * @param weightGradients where to leave the gradient instead of making a step, or 0
 * @param scratch 128 bytes
 */
export function sparseLayerUpdate(
  firstGene: i32,
  endGene: i32,
  genes: i32,
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
  settings: usize,
  weightGradients: usize,
  scratch: usize,
): void {
  for (let unit = 0; unit < units; unit += panelUnits) {
    const width = (<usize>min(panelUnits, units - unit)) << 2
    const table = outputGradients + ((<usize>unit) << 2)
    for (let gene = firstGene; gene < endGene; gene++) {
      const at = (<usize>gene) << 2
      const place = ((<usize>genes * <usize>unit) << 2) + <usize>gene * width
      const gradient = weightGradients ? weightGradients + place : scratch
      const begin = i32.load(listBegins + at)
      const end = i32.load(listEnds + at)
      sumListed(width, begin, end, listedCells, listedValues, table, stride, zeros, gradient)
      if (weightGradients) continue
      adam(0, <i32>(width >> 2), settings, gradient, weights + place, firstMoments + place, secondMoments + place)
    }
  }
}
