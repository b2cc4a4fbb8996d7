/**
 * What the log-probability of a count x has of it and θ alone: the rise Σ_{j<x} log((θ+j)/θ') - log x!, and its
 * derivative by θ but for what holds at x = 0 too, Σ_{j<x} 1/(θ+j). Both are differences of gamma functions without
 * cancellation, exact for θ from 1e-7 to 1e9.
 *
 * Over a batch the term of j is the same for all counts of a gene above j, so these are counted first:
 * Σ_j (number of counts > j) · log((θ+j) / (θ' (j+1))).
 */
import { unsigned } from './counts'
import { boundOf, rowBytes } from './listedSums'
import { firstFrom } from './lists'
import { epsilon, laneSum, logarithm, logOnePlus, madd } from './vector'

/** Counts below this are summed term by term. */
const smallCounts: i32 = 64
/** The largest of them. */
const last: f64 = 63
const halfLogTwoPi: f64 = 0.9189385332046727

/**
 * Sums of the rises of some genes' counts in all cells, and of their derivatives.
 * @param rowStarts first stored count of each cell, and the end of the last
 * @param storedGenes gene of each stored count, ascending within a cell
 * @param rawCounts x of each stored count, in `countBytes` bytes (1, 2 or 4)
 * @param begins, ends, entries log(1 + x) gene by gene, as `listGenes` leaves them
 * @param dispersions [genes][4]: θ, 1/θ', …
 * @param rises [genes][2], overwritten
 * @param scratch 512 bytes
 */
export function sumRises(
  firstGene: i32,
  endGene: i32,
  rowStarts: usize,
  storedGenes: usize,
  rawCounts: usize,
  countBytes: i32,
  begins: usize,
  ends: usize,
  entries: usize,
  dispersions: usize,
  rises: usize,
  scratch: usize,
): void {
  const bounds = scratch + ((<usize>smallCounts) << 2)
  for (let j = 0; j < smallCounts; j += 4) {
    const next = f32x4.add(f32x4.splat(<f32>j), f32x4(1, 2, 3, 4))
    const at = (<usize>j) << 2
    v128.store(scratch + at, logarithm(next))
    v128.store(bounds + at, logarithm(f32x4.add(next, f32x4.splat(0.5))))
  }
  for (let gene = firstGene; gene < endGene; gene++) {
    const begin = boundOf(begins, gene, entries)
    const end = boundOf(ends, gene, entries)
    const ofGene = dispersions + ((<usize>gene) << 4)
    const out = rises + ((<usize>gene) << 3)
    if (!sumSmall(begin, end, ofGene, scratch, bounds, out)) continue
    let rise: f64 = 0
    let derivative: f64 = 0
    const theta = <f64>f32.load(ofGene)
    for (let at = begin; at < end; at += 8) {
      // Logarithms are too coarse for large counts.
      const ofCell = rowStarts + (<usize>(i32.load(at) / <i32>rowBytes) << 2)
      const stored = firstFrom(gene, i32.load(ofCell), i32.load(ofCell, 4), storedGenes)
      const x = <u32>unsigned(rawCounts, countBytes, stored)
      if (x < <u32>smallCounts) continue
      rise += largeRise(<f64>x, theta)
      derivative += largeRiseDerivative(<f64>x, theta)
    }
    f32.store(out, f32.load(out) + <f32>rise)
    f32.store(out, f32.load(out, 4) + <f32>derivative, 4)
  }
}

/**
 * Sums the terms of a gene's counts, four at a time.
 * @param logs log(j + 1)
 * @param bounds log(1 + x) of counts x above j is larger
 * @returns whether there are large counts
 */
function sumSmall(begin: usize, end: usize, dispersion: usize, logs: usize, bounds: usize, out: usize): bool {
  const theta = v128.load32_splat(dispersion, 0)
  const inverse = v128.load32_splat(dispersion, 4)
  let rises = f32x4.splat(0)
  let derivatives = rises
  let more = begin < end
  for (let first = 0; more; first += 4) {
    // How many counts are above the first j, the second, …
    const bound = bounds + ((<usize>first) << 2)
    const b0 = v128.load32_splat(bound, 0)
    const b1 = v128.load32_splat(bound, 4)
    const b2 = v128.load32_splat(bound, 8)
    const b3 = v128.load32_splat(bound, 12)
    let n0 = i32x4.splat(0)
    let n1 = n0
    let n2 = n0
    let n3 = n0
    for (let at = begin; at < end; at += 32) {
      const values = v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 1, 3, 5, 7)
      n0 = i32x4.sub(n0, f32x4.gt(values, b0))
      n1 = i32x4.sub(n1, f32x4.gt(values, b1))
      n2 = i32x4.sub(n2, f32x4.gt(values, b2))
      n3 = i32x4.sub(n3, f32x4.gt(values, b3))
    }
    more = v128.any_true(n3)
    const isLast = first == smallCounts - 4
    // A large count has no more terms here than the largest small one.
    const numbers = f32x4.convert_i32x4_s(sumsOfLanes(n0, n1, n2, isLast ? i32x4.splat(0) : n3))
    const j = f32x4.add(f32x4.splat(<f32>first), f32x4(0, 1, 2, 3))
    const ratio = logOnePlus(f32x4.mul(f32x4.sub(j, f32x4.splat(epsilon)), inverse))
    rises = madd(numbers, f32x4.sub(ratio, v128.load(logs + ((<usize>first) << 2))), rises)
    derivatives = f32x4.add(derivatives, f32x4.div(numbers, f32x4.add(j, theta)))
    if (isLast) break
  }
  f32.store(out, laneSum(rises))
  f32.store(out, laneSum(derivatives), 4)
  return more
}

/** The sums of the lanes of four vectors of integers. */
@inline
function sumsOfLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7))
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7))
  return i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3))
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

/** How much more the rise of a large count is than that of the largest small one. */
function largeRise(x: f64, theta: f64): f64 {
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
function largeRiseDerivative(x: f64, theta: f64): f64 {
  const from = theta + last
  const n = x - last
  const to = from + n
  return Math.log1p(n / from) + (0.5 * n) / (from * to) - (digammaRemainder(to) - digammaRemainder(from))
}

/** log x! by Stirling's series, for x ≥ 63. */
function logFactorial(x: f64): f64 {
  return (x + 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingRemainder(x)
}
