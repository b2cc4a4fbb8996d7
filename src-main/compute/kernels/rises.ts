/**
 * What the log-probability of a count x has of it and θ alone: the rise Σ_{j<x} log((θ+j)/θ') - log x!, and its
 * derivative by θ but for what holds at x = 0 too, Σ_{j<x} 1/(θ+j). Both are differences of gamma functions without
 * cancellation, exact for θ from 1e-7 to 1e9.
 *
 * Each thread keeps tables of the small counts, as far as its cells have needed them: how many counts of each gene are
 * tabulated, [genes], then pairs of rise and derivative, [64 counts][genes][2].
 */
import { epsilon, logarithm, logOnePlus } from './vector'

/** Counts below this are summed term by term and tabulated. */
export const tabulated: i32 = 64

/** Largest count in the tables. */
const last: f64 = 63
const halfLogTwoPi: f64 = 0.9189385332046727

/** Bytes of the tables of a thread. */
export function riseTables(genes: i32): usize {
  return pairsAt(genes) + ((<usize>(genes * tabulated)) << 3)
}

@inline
function pairsAt(genes: i32): usize {
  return ((<usize>genes + 15) & ~15) << 2
}

/** Empties the tables. */
export function forgetRises(genes: i32, tables: usize): void {
  memory.fill(tables, 0, (<usize>genes) << 2)
}

/** Where the pair of a small count is, x < 64. */
@inline
export function tabulatedRise(gene: i32, x: i32, genes: i32, dispersions: usize, tables: usize): usize {
  const known = tables + ((<usize>gene) << 2)
  const pairs = tables + pairsAt(genes)
  if (x >= i32.load(known)) extendTable(x, gene, genes, known, dispersions + ((<usize>gene) << 4), pairs)
  return pairs + ((<usize>(x * genes + gene)) << 3)
}

/** Adds pairs of a gene, four at a time, until that of x is there. */
function extendTable(x: i32, gene: i32, genes: i32, known: usize, dispersion: usize, pairs: usize): void {
  const theta = v128.load32_splat(dispersion, 0)
  const inverse = v128.load32_splat(dispersion, 4)
  const one = f32x4.splat(1)
  let from = i32.load(known)
  let rise: f32 = 0
  let derivative: f32 = 0
  if (from > 0) {
    const before = pairs + ((<usize>((from - 1) * genes + gene)) << 3)
    rise = f32.load(before, 0)
    derivative = f32.load(before, 4)
  }
  for (; from <= x; from += 4) {
    // Terms j = x - 1 of the counts x; a count of zero has none.
    const counts = f32x4.add(f32x4.splat(<f32>from), f32x4(0, 1, 2, 3))
    const present = f32x4.gt(counts, f32x4.splat(0))
    const j = f32x4.sub(counts, one)
    const logs = logOnePlus(f32x4.mul(f32x4.sub(j, f32x4.splat(epsilon)), inverse))
    const terms = v128.and(f32x4.sub(logs, logarithm(counts)), present)
    const rises = f32x4.add(runningSums(terms), f32x4.splat(rise))
    const inverses = v128.and(f32x4.div(one, f32x4.add(j, theta)), present)
    const derivatives = f32x4.add(runningSums(inverses), f32x4.splat(derivative))
    const low = v128.shuffle<f32>(rises, derivatives, 0, 4, 1, 5)
    const high = v128.shuffle<f32>(rises, derivatives, 2, 6, 3, 7)
    const at = pairs + ((<usize>(from * genes + gene)) << 3)
    const apart = (<usize>genes) << 3
    v128.store_lane<i64>(at, low, 0)
    v128.store_lane<i64>(at + apart, low, 1)
    v128.store_lane<i64>(at + 2 * apart, high, 0)
    v128.store_lane<i64>(at + 3 * apart, high, 1)
    rise = f32x4.extract_lane(rises, 3)
    derivative = f32x4.extract_lane(derivatives, 3)
  }
  i32.store(known, from)
}

/** The first lane, the sum of the first two, of three, of all. */
@inline
function runningSums(values: v128): v128 {
  const zero = f32x4.splat(0)
  const pairs = f32x4.add(values, v128.shuffle<f32>(zero, values, 0, 4, 5, 6))
  return f32x4.add(pairs, v128.shuffle<f32>(zero, pairs, 0, 1, 4, 5))
}

/** Remainder of Stirling's series for lgamma, for arguments ≥ 63. */
function stirlingRemainder(x: f64): f64 {
  const s = 1 / (x * x)
  return (1.0 / 12 - s * (1.0 / 360 - s / 1260)) / x
}

/** log x - 1/(2x) - digamma(x), for arguments ≥ 63. */
function digammaRemainder(x: f64): f64 {
  const s = 1 / (x * x)
  return s * (1.0 / 12 - s * (1.0 / 120 - s / 252))
}

/** How much more the rise of a count beyond the tables is than that of the last one there. */
export function largeRise(x: f64, theta: f64): f64 {
  const from = theta + last
  const n = x - last
  const to = from + n
  return (
    (from - 0.5) * Math.log1p(n / from) +
    n * Math.log(to / (theta + <f64>epsilon)) -
    n +
    (stirlingRemainder(to) - stirlingRemainder(from)) -
    (logFactorial(x) - logFactorial(last))
  )
}

/** The same of its derivative. */
export function largeRiseDerivative(x: f64, theta: f64): f64 {
  const from = theta + last
  const n = x - last
  const to = from + n
  return Math.log1p(n / from) + (0.5 * n) / (from * to) - (digammaRemainder(to) - digammaRemainder(from))
}

/** log x! by Stirling's series, for x ≥ 63. */
function logFactorial(x: f64): f64 {
  return (x + 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingRemainder(x)
}
