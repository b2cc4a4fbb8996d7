import { packColumns, packRows } from './packing'
import { productTile } from './tile'
import { clearBeyond, zeros } from './vector'

/** Rows of the result whose packed left operand stays in the cache. */
const rowBlock: i32 = 96
/** Length of the sums that are finished before the result is touched again. */
const depthBlock: i32 = 256

/** Bytes of scratch memory that `product` needs for each thread, for results of up to so many columns. */
export function productScratch(columns: i32): usize {
  const panels = (<usize>columns + 7) >> 3
  return 128 + (((<usize>rowBlock + panels * 8) * <usize>depthBlock) << 2)
}

/** Left panels of four rows: [depth][4]. */
function packLeft(transposed: bool, source: usize, stride: usize, rows: i32, depth: i32, out: usize): void {
  for (let row = 0; row < rows; row += 4) {
    if (transposed) packColumns(source + ((<usize>row) << 2), stride, depth, rows - row, 4, out)
    else packRows(source + <usize>row * stride, stride, rows - row, depth, out, 16)
    out += (<usize>((depth + 3) & ~3)) << 4
  }
}

/** Right panels of eight columns: [depth][8]. */
function packRight(
  transposed: bool,
  source: usize,
  stride: usize,
  columns: i32,
  depth: i32,
  out: usize,
): void {
  for (let column = 0; column < columns; column += 8) {
    if (transposed) {
      packRows(source + <usize>column * stride, stride, columns - column, depth, out, 32)
      packRows(source + <usize>(column + 4) * stride, stride, columns - column - 4, depth, out + 16, 32)
    } else {
      packColumns(source + ((<usize>column) << 2), stride, depth, columns - column, 8, out)
    }
    out += (<usize>((depth + 3) & ~3)) << 5
  }
}

/** Moves a tile of 4 × 8 into the result, adding the bias or what is there. */
function storeTile(
  tile: usize,
  rows: i32,
  columns: i32,
  out: usize,
  stride: usize,
  add: bool,
  bias: usize,
): void {
  for (let half: usize = 0; half < 32; half += 16) {
    const left = columns - ((<i32>half) >> 2)
    if (left <= 0) return
    const offset = bias ? v128.load(bias + half) : f32x4.splat(0)
    for (let row = 0; row < rows; row++) {
      const at = out + <usize>row * stride + half
      let values = f32x4.add(v128.load(tile + ((<usize>row) << 5) + half), offset)
      if (add) values = f32x4.add(values, v128.load(at))
      v128.store(at, clearBeyond(values, left))
    }
  }
}

/**
 * Some rows and columns of a product of matrices: out = op(left) · op(right) (+ bias of each column) (+ out).
 * Rows are `…Stride` bytes apart and have room for a multiple of four columns.
 * @param leftTransposed the left operand is stored depth × rows
 * @param rightTransposed the right operand is stored columns × depth
 * @param columnBegin multiple of 4, as the strides' padding is written with zeros
 * @param bias of each column, or 0
 */
export function product(
  rowBegin: i32,
  rowEnd: i32,
  columnBegin: i32,
  columnEnd: i32,
  depth: i32,
  left: usize,
  leftStride: usize,
  leftTransposed: i32,
  right: usize,
  rightStride: usize,
  rightTransposed: i32,
  bias: usize,
  add: i32,
  out: usize,
  outStride: usize,
  scratch: usize,
): void {
  const columns = columnEnd - columnBegin
  if (columns <= 0) return
  const tile = scratch
  const packedLeft = scratch + 128
  const packedRight = packedLeft + ((<usize>rowBlock * <usize>depthBlock) << 2)
  for (let k = 0; k < depth; k += depthBlock) {
    const adds = add != 0 || k > 0
    const inBlock = min(depthBlock, depth - k)
    const panelDepth = <usize>((inBlock + 3) & ~3)
    const rightAt = rightTransposed
      ? <usize>columnBegin * rightStride + ((<usize>k) << 2)
      : <usize>k * rightStride + ((<usize>columnBegin) << 2)
    packRight(rightTransposed != 0, right + rightAt, rightStride, columns, inBlock, packedRight)
    for (let row = rowBegin; row < rowEnd; row += rowBlock) {
      const rows = min(rowBlock, rowEnd - row)
      const leftAt = leftTransposed
        ? <usize>k * leftStride + ((<usize>row) << 2)
        : <usize>row * leftStride + ((<usize>k) << 2)
      packLeft(leftTransposed != 0, left + leftAt, leftStride, rows, inBlock, packedLeft)
      for (let column = 0; column < columns; column += 8) {
        const b = packedRight + ((<usize>(column >> 3) * panelDepth) << 5)
        const columnAt = (<usize>(columnBegin + column)) << 2
        for (let i = 0; i < rows; i += 4) {
          const rowsLeft = min(4, rows - i)
          const a = packedLeft + ((<usize>(i >> 2) * panelDepth) << 4)
          const to = out + <usize>(row + i) * outStride + columnAt
          const startsWithBias = bias != 0 && k == 0
          if (rowsLeft == 4 && columns - column >= 8 && !(adds && startsWithBias)) {
            const start = adds ? to : startsWithBias ? bias + columnAt : zeros
            productTile(inBlock, a, b, start, adds ? outStride : 0, to, outStride)
            continue
          }
          productTile(inBlock, a, b, zeros, 0, tile, 32)
          storeTile(tile, rowsLeft, columns - column, to, outStride, adds, startsWithBias ? bias + columnAt : 0)
        }
      }
    }
  }
}
