/** Sums over the rows of a matrix, four columns at a time, in four sums that do not wait for each other. */
import { madd } from './vector'

/** Σ value. */
@inline
export function columnSum(rows: i32, at: usize, stride: usize): v128 {
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let row = 0
  for (; row + 4 <= rows; row += 4) {
    s0 = f32x4.add(s0, v128.load(at))
    s1 = f32x4.add(s1, v128.load(at + stride))
    s2 = f32x4.add(s2, v128.load(at + 2 * stride))
    s3 = f32x4.add(s3, v128.load(at + 3 * stride))
    at += 4 * stride
  }
  for (; row < rows; row++) {
    s0 = f32x4.add(s0, v128.load(at))
    at += stride
  }
  return f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))
}

/** Σ (value - mean)². */
@inline
export function sumOfSquares(rows: i32, at: usize, stride: usize, mean: v128): v128 {
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let row = 0
  for (; row + 4 <= rows; row += 4) {
    const v0 = f32x4.sub(v128.load(at), mean)
    const v1 = f32x4.sub(v128.load(at + stride), mean)
    const v2 = f32x4.sub(v128.load(at + 2 * stride), mean)
    const v3 = f32x4.sub(v128.load(at + 3 * stride), mean)
    s0 = madd(v0, v0, s0)
    s1 = madd(v1, v1, s1)
    s2 = madd(v2, v2, s2)
    s3 = madd(v3, v3, s3)
    at += 4 * stride
  }
  for (; row < rows; row++) {
    const value = f32x4.sub(v128.load(at), mean)
    s0 = madd(value, value, s0)
    at += stride
  }
  return f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))
}

/** Σ a · b. */
@inline
export function sumOfProducts(rows: i32, a: usize, b: usize, stride: usize): v128 {
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let row = 0
  for (; row + 4 <= rows; row += 4) {
    s0 = madd(v128.load(a), v128.load(b), s0)
    s1 = madd(v128.load(a + stride), v128.load(b + stride), s1)
    s2 = madd(v128.load(a + 2 * stride), v128.load(b + 2 * stride), s2)
    s3 = madd(v128.load(a + 3 * stride), v128.load(b + 3 * stride), s3)
    a += 4 * stride
    b += 4 * stride
  }
  for (; row < rows; row++) {
    s0 = madd(v128.load(a), v128.load(b), s0)
    a += stride
    b += stride
  }
  return f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))
}

/** Sums of the columns `begin` to `end` (multiples of 4) of a matrix. */
export function columnSums(begin: i32, end: i32, rows: i32, matrix: usize, stride: usize, out: usize): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    v128.store(out + at, columnSum(rows, matrix + at, stride))
  }
}
