/** What the stored counts of a cell add to the likelihood of its panel. */
import { unsignedFour } from './counts'
import { clearBeyond, epsilons, laneSum, logarithm, madd, ones } from './vector'

@inline
function gather(base: usize, i0: usize, i1: usize, i2: usize, i3: usize): v128 {
  let values = v128.load32_zero(base + i0)
  values = v128.load_lane<f32>(base + i1, values, 1)
  values = v128.load_lane<f32>(base + i2, values, 2)
  return v128.load_lane<f32>(base + i3, values, 3)
}

@inline
function addTo(address: usize, value: f32): void {
  f32.store(address, f32.load(address) + value)
}

@inline
function takeFrom(address: usize, value: f32): void {
  f32.store(address, f32.load(address) - value)
}

/**
 * Adds what a cell's stored counts make of its means, exponential · scale + meanFloor: x (log(μ+ε) - log(1+y)).
 * @param exponentials of the cell: one float every 32 bytes
 * @param pulls of the cell, likewise; 0 without gradients
 * @param byDispersion [genes][4]: derivatives by θ are added to the first lane
 * @param logLikelihood, pullSum to be added to
 */
export function addStoredCounts(
  begin: i32,
  end: i32,
  storedGenes: usize,
  rawCounts: usize,
  countBytes: i32,
  exponentials: usize,
  scale: f32,
  meanFloor: f32,
  dispersions: usize,
  pulls: usize,
  byDispersion: usize,
  logLikelihood: usize,
  pullSum: usize,
): void {
  const scales = f32x4.splat(scale)
  const floors = f32x4.splat(meanFloor)
  let logLikelihoods = f32x4.splat(0)
  let pullSums = f32x4.splat(0)
  for (let entry = begin; entry < end; entry += 4) {
    const left = end - entry
    const at = storedGenes + ((<usize>entry) << 2)
    // Lanes beyond the last count repeat the first one's gene with a count of zero, which adds nothing.
    const g0 = <usize>i32.load(at)
    const g1 = left > 1 ? <usize>i32.load(at, 4) : g0
    const g2 = left > 2 ? <usize>i32.load(at, 8) : g0
    const g3 = left > 3 ? <usize>i32.load(at, 12) : g0
    const x = f32x4.convert_i32x4_u(clearBeyond(unsignedFour(rawCounts, countBytes, entry), left))
    const mean = madd(gather(exponentials, g0 << 5, g1 << 5, g2 << 5, g3 << 5), scales, floors)
    const inverseTheta = gather(dispersions + 4, g0 << 4, g1 << 4, g2 << 4, g3 << 4)
    const sum = f32x4.add(f32x4.mul(mean, inverseTheta), ones())
    const meanAndEpsilon = f32x4.add(mean, epsilons())
    const inverseOfBoth = f32x4.div(ones(), f32x4.mul(sum, meanAndEpsilon))
    const inverse = f32x4.mul(inverseOfBoth, meanAndEpsilon)
    if (pulls) {
      // μ ∂/∂μ = x (μ/(μ+ε) - μ/(θ'+μ)) = x (1/(1+y) - ε/(μ+ε))
      const lost = f32x4.mul(epsilons(), f32x4.mul(sum, inverseOfBoth))
      const pull = f32x4.mul(x, f32x4.sub(inverse, lost))
      pullSums = f32x4.add(pullSums, pull)
      const dispersion = f32x4.mul(x, f32x4.mul(inverseTheta, inverse))
      addTo(pulls + (g0 << 5), f32x4.extract_lane(pull, 0))
      takeFrom(byDispersion + (g0 << 4), f32x4.extract_lane(dispersion, 0))
      addTo(pulls + (g1 << 5), f32x4.extract_lane(pull, 1))
      takeFrom(byDispersion + (g1 << 4), f32x4.extract_lane(dispersion, 1))
      addTo(pulls + (g2 << 5), f32x4.extract_lane(pull, 2))
      takeFrom(byDispersion + (g2 << 4), f32x4.extract_lane(dispersion, 2))
      addTo(pulls + (g3 << 5), f32x4.extract_lane(pull, 3))
      takeFrom(byDispersion + (g3 << 4), f32x4.extract_lane(dispersion, 3))
    }
    logLikelihoods = madd(x, logarithm(f32x4.mul(meanAndEpsilon, inverse)), logLikelihoods)
  }
  addTo(logLikelihood, laneSum(logLikelihoods))
  addTo(pullSum, laneSum(pullSums))
}
