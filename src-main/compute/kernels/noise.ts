/**
 * Random numbers of batches: Philox4x32-10 (Salmon et al. 2011), eight blocks at a time, turned into noise. The words
 * and their order are those of `RandomStream`; the numbers made of them are the same in every build.
 */
import { storeTransposed } from './packing'
import { clearBeyond, exactLogarithm, exactLogOfSum, multiplyAdd } from './vector'

/** Words that are drawn at a time. */
const wordsAtOnce: i32 = 32

/** Low and high words of the products of four unsigned pairs, from those of the first two and of the others. */
@inline
function lowWords(first: v128, others: v128): v128 {
  return v128.shuffle<i32>(first, others, 0, 2, 4, 6)
}

@inline
function highWords(first: v128, others: v128): v128 {
  return v128.shuffle<i32>(first, others, 1, 3, 5, 7)
}

/**
 * The words 32 · index to 32 · index + 31 of a stream. Each round waits for the products of the one before, so two
 * groups of four blocks take turns.
 */
function drawWords(index: i32, keyA: i32, keyB: i32, positionA: i32, positionB: i32, out: usize): void {
  const multiplierA = i32x4.splat(0xd2511f53)
  const multiplierB = i32x4.splat(0xcd9e8d57)
  let w0 = i32x4.add(i32x4.splat(index << 3), i32x4(0, 1, 2, 3))
  let w1 = i32x4.splat(0)
  let w2 = i32x4.splat(positionA)
  let w3 = i32x4.splat(positionB)
  let v0 = i32x4.add(w0, i32x4.splat(4))
  let v1 = w1
  let v2 = w2
  let v3 = w3
  for (let round = 0; round < 10; round++) {
    const keysA = i32x4.splat(keyA)
    const keysB = i32x4.splat(keyB)
    const wA = i64x2.extmul_low_i32x4_u(multiplierA, w0)
    const wAs = i64x2.extmul_high_i32x4_u(multiplierA, w0)
    const wB = i64x2.extmul_low_i32x4_u(multiplierB, w2)
    const wBs = i64x2.extmul_high_i32x4_u(multiplierB, w2)
    const vA = i64x2.extmul_low_i32x4_u(multiplierA, v0)
    const vAs = i64x2.extmul_high_i32x4_u(multiplierA, v0)
    const vB = i64x2.extmul_low_i32x4_u(multiplierB, v2)
    const vBs = i64x2.extmul_high_i32x4_u(multiplierB, v2)
    w0 = v128.xor(v128.xor(highWords(wB, wBs), w1), keysA)
    w1 = lowWords(wB, wBs)
    w2 = v128.xor(v128.xor(highWords(wA, wAs), w3), keysB)
    w3 = lowWords(wA, wAs)
    v0 = v128.xor(v128.xor(highWords(vB, vBs), v1), keysA)
    v1 = lowWords(vB, vBs)
    v2 = v128.xor(v128.xor(highWords(vA, vAs), v3), keysB)
    v3 = lowWords(vA, vAs)
    keyA += 0x9e3779b9
    keyB += 0xbb67ae85
  }
  storeTransposed(w0, w1, w2, w3, out, 16)
  storeTransposed(v0, v1, v2, v3, out + 64, 16)
}

/** a · b + c, rounded twice. */
@inline
function exactly(a: v128, b: v128, c: v128): v128 {
  return multiplyAdd(true, a, b, c)
}

/** (word + 1/2) / 2³². */
@inline
function uniform(words: v128): v128 {
  return f32x4.mul(f32x4.add(f32x4.convert_i32x4_u(words), f32x4.splat(0.5)), f32x4.splat(2.3283064365386963e-10))
}

/** log of `uniform`, as exact near 1 as near 0: from the distance to the nearer of both. */
@inline
function logUniform(words: v128): v128 {
  const beyondHalf = i32x4.shr_s(words, 31)
  const share = uniform(v128.xor(words, beyondHalf))
  const one = f32x4.splat(1)
  const u = v128.bitselect(f32x4.sub(one, share), share, beyondHalf)
  return exactLogOfSum(v128.bitselect(f32x4.neg(share), f32x4.sub(u, one), beyondHalf), u)
}

/**
 * Values 32 · index to 32 · index + 31 of standard logistic noise log u - log(1 - u). What is drawn is |value|, from
 * the distance of u to the nearer of 0 and 1, which is exact at both.
 */
@inline
export function logisticAt(index: i32, keyA: i32, keyB: i32, positionA: i32, positionB: i32, out: usize): void {
  drawWords(index, keyA, keyB, positionA, positionB, out)
  const end = out + 128
  for (; out < end; out += 16) {
    const words = v128.load(out)
    const beyondHalf = i32x4.shr_s(words, 31)
    const share = uniform(v128.xor(words, beyondHalf))
    const size = exactLogarithm(f32x4.div(f32x4.sub(f32x4.splat(1), share), share))
    // The sign is that of u - 1/2.
    v128.store(out, v128.xor(size, v128.andnot(i32x4.splat(0x80000000), beyondHalf)))
  }
}

/** Values 32 · index to 32 · index + 31 of standard normal draws (Box-Muller), in pairs. */
@inline
export function normalAt(index: i32, keyA: i32, keyB: i32, positionA: i32, positionB: i32, out: usize): void {
  drawWords(index, keyA, keyB, positionA, positionB, out)
  const end = out + 128
  for (; out < end; out += 32) {
    const low = v128.load(out)
    const high = v128.load(out, 16)
    const logs = logUniform(v128.shuffle<i32>(low, high, 0, 2, 4, 6))
    const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), logs))
    // The angle in quarters of a circle: sine and cosine of what is left of the nearest quarter.
    const quarters = f32x4.mul(uniform(v128.shuffle<i32>(low, high, 1, 3, 5, 7)), f32x4.splat(4))
    const nearest = f32x4.nearest(quarters)
    const r = f32x4.mul(f32x4.sub(quarters, nearest), f32x4.splat(1.5707963267948966))
    const square = f32x4.mul(r, r)
    let sine = exactly(f32x4.splat(-1.9515295891e-4), square, f32x4.splat(8.3321608736e-3))
    sine = exactly(sine, square, f32x4.splat(-1.6666654611e-1))
    sine = exactly(f32x4.mul(sine, square), r, r)
    let cosine = exactly(f32x4.splat(2.443315711809948e-5), square, f32x4.splat(-1.388731625493765e-3))
    cosine = exactly(cosine, square, f32x4.splat(4.166664568298827e-2))
    cosine = exactly(
      f32x4.mul(cosine, square),
      square,
      exactly(f32x4.splat(-0.5), square, f32x4.splat(1)),
    )
    const quarter = i32x4.trunc_sat_f32x4_s(nearest)
    const turned = i32x4.shr_s(i32x4.shl(quarter, 31), 31)
    const one = i32x4.splat(1)
    const two = i32x4.splat(2)
    const cosineSign = i32x4.shl(v128.and(i32x4.add(quarter, one), two), 30)
    const sineSign = i32x4.shl(v128.and(quarter, two), 30)
    const x = f32x4.mul(radius, v128.xor(v128.bitselect(sine, cosine, turned), cosineSign))
    const y = f32x4.mul(radius, v128.xor(v128.bitselect(cosine, sine, turned), sineSign))
    v128.store(out, v128.shuffle<f32>(x, y, 0, 4, 1, 5))
    v128.store(out, v128.shuffle<f32>(x, y, 2, 6, 3, 7), 16)
  }
}

/**
 * Values 64 · index to 64 · index + 63: 0 where 16 random bits are below a threshold, else 1.
 */
@inline
function keptAt(
  index: i32,
  threshold: i32,
  keyA: i32,
  keyB: i32,
  positionA: i32,
  positionB: i32,
  out: usize,
): void {
  const least = i32x4.splat(threshold)
  const one = f32x4.splat(1)
  // The words lie where the second half of the values comes; each is read before it is overwritten.
  const words = out + 128
  drawWords(index, keyA, keyB, positionA, positionB, words)
  for (let at: usize = 0; at < 128; at += 16) {
    const drawn = v128.load(words + at)
    const low = v128.and(one, i32x4.ge_s(v128.and(drawn, i32x4.splat(0xffff)), least))
    const high = v128.and(one, i32x4.ge_s(i32x4.shr_u(drawn, 16), least))
    v128.store(out, v128.shuffle<f32>(low, high, 0, 4, 1, 5))
    v128.store(out, v128.shuffle<f32>(low, high, 2, 6, 3, 7), 16)
    out += 32
  }
}

/** Distributions by number. */
const normal: i32 = 0
const logistic: i32 = 1
const kept: i32 = 2

/** Bytes of scratch memory that `drawRows` needs for so many values. */
export function drawRowsScratch(values: i32): usize {
  return ((<usize>values + 192) & ~63) << 2
}

/**
 * Some rows of noise. Value v of a stream is in row v / columns.
 * @param distribution standard normal (0), standard logistic (1), or 0 with a probability of threshold / 2¹⁶ and else 1 (2)
 * @param stream two key words, two words of its position, and the row of the stream that is row 0
 * @param out rows `stride` bytes apart, with what fills up four columns, which becomes zero
 */
export function drawRows(
  firstRow: i32,
  endRow: i32,
  columns: i32,
  distribution: i32,
  threshold: i32,
  stream: usize,
  out: usize,
  stride: usize,
  scratch: usize,
): void {
  const keyA = i32.load(stream, 0)
  const keyB = i32.load(stream, 4)
  const positionA = i32.load(stream, 8)
  const positionB = i32.load(stream, 12)
  const rowZero = i32.load(stream, 16)
  const first = (rowZero + firstRow) * columns
  const end = (rowZero + endRow) * columns
  const valuesAtOnce = distribution == kept ? 2 * wordsAtOnce : wordsAtOnce
  const from = first / valuesAtOnce
  let at = scratch
  for (let index = from; index * valuesAtOnce < end; index++) {
    if (distribution == normal) normalAt(index, keyA, keyB, positionA, positionB, at)
    else if (distribution == logistic) logisticAt(index, keyA, keyB, positionA, positionB, at)
    else keptAt(index, threshold, keyA, keyB, positionA, positionB, at)
    at += (<usize>valuesAtOnce) << 2
  }
  let source = scratch + ((<usize>(first - from * valuesAtOnce)) << 2)
  for (let row = firstRow; row < endRow; row++) {
    const target = out + <usize>row * stride
    for (let column = 0; column < columns; column += 4) {
      const place = (<usize>column) << 2
      v128.store(target + place, clearBeyond(v128.load(source + place), columns - column))
    }
    source += (<usize>columns) << 2
  }
}
