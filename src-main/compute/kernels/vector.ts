/** Arithmetic on four floats at a time. Everything here is inlined into the kernels. */

/** Added to means and inverse dispersions inside logarithms, where the published code adds it. */
export const epsilon: f32 = 1e-8

/**
 * Constants of `exponential` and `logarithm`. They are read from memory because V8 would otherwise rebuild each of
 * them inside every loop. What is computed from them should be stored before anything else is: V8 reads them all ahead
 * of the next store, and where their results come after it, it has to spill them.
 */
const constants: usize = memory.data<f32>([
  // exponential: bounds, 1/log 2, rounding constant, -log 2 in two parts, polynomial of degree 5, 1
  88, -87, 1.44269504, 12582912, -0.693359375, 2.1219444e-4, 1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1,
  // logarithm: polynomial of degree 8, log 2 in two parts (from 13 on)
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, -2.1219444e-4, -0.5, 0.693359375,
  // √(1/2), epsilon
  0.70710677, 1e-8,
])

/** What sums of up to 48 columns begin with where there is nothing to add to. */
export const zeros: usize = memory.data(192)

/** Four lanes set, then four clear: read from lane 4 - n for a mask of the first n lanes. */
const laneMasks: usize = memory.data<i32>([-1, -1, -1, -1, 0, 0, 0, 0])

@inline
function constant(index: i32): v128 {
  return v128.load32_splat(constants + ((<usize>index) << 2))
}

/** Four times 1, as a constant in memory. */
@inline
export function ones(): v128 {
  return constant(12)
}

/** Four times `epsilon`, likewise. */
@inline
export function epsilons(): v128 {
  return constant(26)
}

/** a · b + c, fused where the machine and the build allow it. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

/** a · b + c, fused or, where every build must give the same number, not. */
@inline
export function multiplyAdd(exact: bool, a: v128, b: v128, c: v128): v128 {
  return exact ? f32x4.add(f32x4.mul(a, b), c) : madd(a, b, c)
}

/** Mask of the first n lanes, 0 < n ≤ 4. */
@inline
export function firstLanes(n: i32): v128 {
  return v128.load(laneMasks + ((<usize>(4 - n)) << 2))
}

/** Lanes beyond the last column are cleared: `left` columns are left from here on. */
@inline
export function clearBeyond(values: v128, left: i32): v128 {
  return left >= 4 ? values : v128.and(values, firstLanes(left))
}

/** Sum of the four lanes, pairwise. */
@inline
export function laneSum(values: v128): f32 {
  return (
    f32x4.extract_lane(values, 0) +
    f32x4.extract_lane(values, 1) +
    (f32x4.extract_lane(values, 2) + f32x4.extract_lane(values, 3))
  )
}

/** e^x, relative error below 2e-7; clamped to the range of normal floats, NaN stays NaN. */
@inline
export function exponential(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.pmin(x, constant(0)), constant(1))
  const shifted = madd(bounded, constant(2), constant(3))
  const n = f32x4.sub(shifted, constant(3))
  const r = madd(n, constant(5), madd(n, constant(4), bounded))
  let p = constant(6)
  p = madd(p, r, constant(7))
  p = madd(p, r, constant(8))
  p = madd(p, r, constant(9))
  p = madd(p, r, constant(10))
  p = madd(p, r, constant(11))
  p = madd(p, f32x4.mul(r, r), f32x4.add(r, constant(12)))
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

/** Exponents e of normal x > 0 with x / 2^e from √(1/2) to √2. */
@inline
function exponents(x: v128): v128 {
  return i32x4.shr_s(i32x4.sub(x, constant(25)), 23)
}

/**
 * log(1 + t) + exponent · log 2 for t from √(1/2) - 1 to √2 - 1, error below one unit in the last place.
 * @param exact the same in every build
 */
@inline
function logarithmOf(exact: bool, t: v128, exponent: v128): v128 {
  const e = f32x4.convert_i32x4_s(exponent)
  let p = constant(13)
  p = multiplyAdd(exact, p, t, constant(14))
  p = multiplyAdd(exact, p, t, constant(15))
  p = multiplyAdd(exact, p, t, constant(16))
  p = multiplyAdd(exact, p, t, constant(17))
  p = multiplyAdd(exact, p, t, constant(18))
  p = multiplyAdd(exact, p, t, constant(19))
  p = multiplyAdd(exact, p, t, constant(20))
  p = multiplyAdd(exact, p, t, constant(21))
  const square = f32x4.mul(t, t)
  let small = multiplyAdd(exact, e, constant(22), f32x4.mul(f32x4.mul(p, t), square))
  small = multiplyAdd(exact, square, constant(23), small)
  return multiplyAdd(exact, e, constant(24), f32x4.add(t, small))
}

@inline
function logarithmIn(exact: bool, x: v128): v128 {
  const exponent = exponents(x)
  return logarithmOf(exact, f32x4.sub(i32x4.sub(x, i32x4.shl(exponent, 23)), constant(12)), exponent)
}

@inline
function logOfSumIn(exact: bool, y: v128, sum: v128): v128 {
  const exponent = exponents(sum)
  const bits = i32x4.shl(exponent, 23)
  // What rounding took from the sum, as much smaller as the sum is made.
  const lost = f32x4.sub(y, f32x4.sub(sum, constant(12)))
  const power = i32x4.sub(constant(12), bits)
  const t = multiplyAdd(exact, lost, power, f32x4.sub(i32x4.sub(sum, bits), constant(12)))
  return logarithmOf(exact, t, exponent)
}

/** log x for normal x > 0. */
@inline
export function logarithm(x: v128): v128 {
  return logarithmIn(false, x)
}

/** The same number in every build. */
@inline
export function exactLogarithm(x: v128): v128 {
  return logarithmIn(true, x)
}

/**
 * log(1 + y) for y > -1 with a relative error near 1e-7 also where y is tiny.
 * @param sum 1 + y as rounded
 */
@inline
export function logOfSum(y: v128, sum: v128): v128 {
  return logOfSumIn(false, y, sum)
}

/** The same number in every build. */
@inline
export function exactLogOfSum(y: v128, sum: v128): v128 {
  return logOfSumIn(true, y, sum)
}

/** log(1 + y) for y > -1. */
@inline
export function logOnePlus(y: v128): v128 {
  return logOfSum(y, f32x4.add(y, constant(12)))
}

/** 1 / (1 + e^-x). */
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(constant(12), f32x4.add(exponential(f32x4.neg(x)), constant(12)))
}

/** log(1 + e^x) without overflow. */
@inline
export function softplus(x: v128): v128 {
  const tail = logOnePlus(exponential(f32x4.neg(f32x4.abs(x))))
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), tail)
}
