import { madd } from './vector'

/**
 * The general tile: 4 × 8 sums over packed panels.
 * @param depth length of the sums
 * @param a [depth][4]
 * @param b [depth][8]
 * @param start what the sums begin with: rows of eight, `startStride` bytes apart; may be `out`
 * @param out first of four rows of eight, `stride` bytes apart; overwritten
 */
@inline
export function productTile(
  depth: i32,
  a: usize,
  b: usize,
  start: usize,
  startStride: usize,
  out: usize,
  stride: usize,
): void {
  let c00 = v128.load(start, 0)
  let c01 = v128.load(start, 16)
  start += startStride
  let c10 = v128.load(start, 0)
  let c11 = v128.load(start, 16)
  start += startStride
  let c20 = v128.load(start, 0)
  let c21 = v128.load(start, 16)
  start += startStride
  let c30 = v128.load(start, 0)
  let c31 = v128.load(start, 16)
  const end = a + ((<usize>depth) << 4)
  while (a < end) {
    const b0 = v128.load(b, 0)
    const b1 = v128.load(b, 16)
    const a0 = v128.load32_splat(a, 0)
    c00 = madd(a0, b0, c00)
    c01 = madd(a0, b1, c01)
    const a1 = v128.load32_splat(a, 4)
    c10 = madd(a1, b0, c10)
    c11 = madd(a1, b1, c11)
    const a2 = v128.load32_splat(a, 8)
    c20 = madd(a2, b0, c20)
    c21 = madd(a2, b1, c21)
    const a3 = v128.load32_splat(a, 12)
    c30 = madd(a3, b0, c30)
    c31 = madd(a3, b1, c31)
    a += 16
    b += 32
  }
  v128.store(out, c00, 0)
  v128.store(out, c01, 16)
  out += stride
  v128.store(out, c10, 0)
  v128.store(out, c11, 16)
  out += stride
  v128.store(out, c20, 0)
  v128.store(out, c21, 16)
  out += stride
  v128.store(out, c30, 0)
  v128.store(out, c31, 16)
}
