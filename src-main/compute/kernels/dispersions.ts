/** Inverse dispersions θ of the genes, and what the stored counts need of them. */
import { epsilon } from './storedCounts'
import { exponential, logOnePlus } from './vector'

/** Counts up to this are summed term by term; a table of this length is made for each gene as far as it is needed. */
const tabulated: i32 = 64

/** Remainder of Stirling's series for lgamma, for arguments ≥ 64. */
function stirlingRemainder(x: f64): f64 {
  const s = 1 / (x * x)
  return (1.0 / 12 - s * (1.0 / 360 - s / 1260)) / x
}

/** log x - 1/(2x) - digamma(x), for arguments ≥ 64. */
function digammaRemainder(x: f64): f64 {
  const s = 1 / (x * x)
  return s * (1.0 / 12 - s * (1.0 / 120 - s / 252))
}

/** θ, 1/θ', θ/θ' and a spare float for some genes (multiples of four), θ' = θ + ε: [genes][4]. */
export function prepareDispersions(firstGene: i32, endGene: i32, logTheta: usize, dispersions: usize): void {
  const one = f32x4.splat(1)
  for (let gene = firstGene; gene < endGene; gene += 4) {
    const theta = exponential(v128.load(logTheta + ((<usize>gene) << 2)))
    const inverse = f32x4.div(one, f32x4.add(theta, f32x4.splat(epsilon)))
    const share = f32x4.mul(theta, inverse)
    const out = dispersions + ((<usize>gene) << 4)
    const low = v128.shuffle<f32>(theta, inverse, 0, 4, 1, 5)
    const high = v128.shuffle<f32>(theta, inverse, 2, 6, 3, 7)
    const lowShare = v128.shuffle<f32>(share, one, 0, 4, 1, 5)
    const highShare = v128.shuffle<f32>(share, one, 2, 6, 3, 7)
    v128.store(out, v128.shuffle<i64>(low, lowShare, 0, 2), 0)
    v128.store(out, v128.shuffle<i64>(low, lowShare, 1, 3), 16)
    v128.store(out, v128.shuffle<i64>(high, highShare, 0, 2), 32)
    v128.store(out, v128.shuffle<i64>(high, highShare, 1, 3), 48)
  }
}

/**
 * Σ_{j<x} log((θ+j)/θ') of each stored count of some genes, and Σ_{j<x} 1/(θ+j) summed over those of each gene:
 * differences of lgamma and digamma without cancellation, exact for θ from 1e-7 to 1e9.
 * @param digammaRises [genes]
 * @param scratch 520 bytes · 2 of this thread
 */
export function prepareRises(
  firstGene: i32,
  endGene: i32,
  listBegins: usize,
  listEnds: usize,
  listedEntries: usize,
  counts: usize,
  dispersions: usize,
  rises: usize,
  digammaRises: usize,
  scratch: usize,
): void {
  const digammaTable = scratch + 4 * (tabulated + 4)
  for (let gene = firstGene; gene < endGene; gene++) {
    const begin = listBegins + ((<usize>gene) << 2)
    const first = i32.load(begin)
    const end = i32.load(listEnds + ((<usize>gene) << 2))
    f32.store(digammaRises + ((<usize>gene) << 2), 0)
    if (first == end) continue
    const constants = dispersions + ((<usize>gene) << 4)
    const theta = f32.load(constants)
    const inverse = f32.load(constants, 4)
    f32.store(scratch, 0)
    f32.store(digammaTable, 0)
    let known = 0
    let digammaSum: f32 = 0
    for (let listed = first; listed < end; listed++) {
      const entry = (<usize>i32.load(listedEntries + ((<usize>listed) << 2))) << 2
      const x = f32.load(counts + entry)
      const inTable = x < <f32>tabulated ? smallInteger(x) : tabulated
      while (known < inTable) {
        extendTables(known, theta, inverse, scratch, digammaTable)
        known += 4
      }
      let rise = f32.load(scratch + ((<usize>inTable) << 2))
      let digammaRise = f32.load(digammaTable + ((<usize>inTable) << 2))
      if (x > <f32>tabulated) {
        const from = <f64>theta + <f64>tabulated
        const n = <f64>x - <f64>tabulated
        const to = from + n
        const logRise = Math.log1p(n / from)
        rise += <f32>(
          ((from - 0.5) * logRise +
            n * Math.log(to / (<f64>theta + <f64>epsilon)) -
            n +
            (stirlingRemainder(to) - stirlingRemainder(from)))
        )
        digammaRise += <f32>(
          (logRise + (0.5 * n) / (from * to) - (digammaRemainder(to) - digammaRemainder(from)))
        )
      }
      f32.store(rises + entry, rise)
      digammaSum += digammaRise
    }
    f32.store(digammaRises + ((<usize>gene) << 2), digammaSum)
  }
}

/** A whole number from 0 to 2²³ as an integer, without the checks of a conversion. */
@inline
function smallInteger(x: f32): i32 {
  return reinterpret<i32>(x + 8388608) & 0x7fffff
}

/** The first lane, the sum of the first two, of three, of all. */
@inline
function runningSums(values: v128): v128 {
  const zero = f32x4.splat(0)
  const pairs = f32x4.add(values, v128.shuffle<f32>(zero, values, 0, 4, 5, 6))
  return f32x4.add(pairs, v128.shuffle<f32>(zero, pairs, 0, 1, 4, 5))
}

/** Entries known + 1 to known + 4 of both tables. */
function extendTables(known: i32, theta: f32, inverse: f32, rises: usize, digammaRises: usize): void {
  const j = f32x4.add(f32x4.splat(<f32>known), f32x4(0, 1, 2, 3))
  const logs = logOnePlus(f32x4.mul(f32x4.sub(j, f32x4.splat(epsilon)), f32x4.splat(inverse)))
  const inverses = f32x4.div(f32x4.splat(1), f32x4.add(j, f32x4.splat(theta)))
  const at = (<usize>known) << 2
  v128.store(rises + at, f32x4.add(runningSums(logs), v128.load32_splat(rises + at)), 4)
  v128.store(digammaRises + at, f32x4.add(runningSums(inverses), v128.load32_splat(digammaRises + at)), 4)
}
