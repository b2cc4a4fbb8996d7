import { laneSum, clearBeyond, logarithm, madd } from './vector'

/** Added to means and inverse dispersions inside logarithms, where the published code adds it. */
export const epsilon: f32 = 1e-8

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

/**
 * The terms of one cell's stored counts, whose means are exponential · scale + meanFloor.
 * @param exponentials of the cell: one float every 32 bytes
 * @param pulls of the cell, likewise; 0 without gradients
 * @param sums two floats: the log-likelihood without log x!, and the sum of what was added to the pulls
 */
export function addStoredCounts(
  begin: i32,
  end: i32,
  storedGenes: usize,
  counts: usize,
  rises: usize,
  exponentials: usize,
  scale: f32,
  meanFloor: f32,
  dispersions: usize,
  pulls: usize,
  byDispersion: usize,
  sums: usize,
): void {
  const scales = f32x4.splat(scale)
  const floors = f32x4.splat(meanFloor)
  const one = f32x4.splat(1)
  let logLikelihood = f32x4.splat(0)
  let pullSum = f32x4.splat(0)
  for (let entry = begin; entry < end; entry += 4) {
    const left = end - entry
    const at = (<usize>entry) << 2
    // Lanes beyond the cell's last count repeat its gene with a count of zero, which adds nothing.
    const g0 = <usize>i32.load(storedGenes + at)
    const g1 = left > 1 ? <usize>i32.load(storedGenes + at, 4) : g0
    const g2 = left > 2 ? <usize>i32.load(storedGenes + at, 8) : g0
    const g3 = left > 3 ? <usize>i32.load(storedGenes + at, 12) : g0
    const x = clearBeyond(v128.load(counts + at), left)
    const mean = madd(gather(exponentials, g0 << 5, g1 << 5, g2 << 5, g3 << 5), scales, floors)
    const y = f32x4.mul(mean, gather(dispersions + 4, g0 << 4, g1 << 4, g2 << 4, g3 << 4))
    const sum = f32x4.add(y, one)
    const meanAndEpsilon = f32x4.add(mean, f32x4.splat(epsilon))
    const inverseOfBoth = f32x4.div(one, f32x4.mul(sum, meanAndEpsilon))
    const inverse = f32x4.mul(inverseOfBoth, meanAndEpsilon)
    const logRatio = logarithm(f32x4.mul(meanAndEpsilon, inverse))
    const rise = clearBeyond(v128.load(rises + at), left)
    logLikelihood = f32x4.add(logLikelihood, madd(x, logRatio, rise))
    if (!pulls) continue
    // μ ∂/∂μ = x (μ/(μ+ε) - μ/(θ'+μ)) = x (1/(1+y) - ε/(μ+ε))
    const lost = f32x4.mul(f32x4.splat(epsilon), f32x4.mul(sum, inverseOfBoth))
    const pull = f32x4.mul(x, f32x4.sub(inverse, lost))
    pullSum = f32x4.add(pullSum, pull)
    const inverseTheta = gather(dispersions + 4, g0 << 4, g1 << 4, g2 << 4, g3 << 4)
    const dispersion = f32x4.neg(f32x4.mul(x, f32x4.mul(inverseTheta, inverse)))
    addTo(pulls + (g0 << 5), f32x4.extract_lane(pull, 0))
    addTo(byDispersion + (g0 << 4), f32x4.extract_lane(dispersion, 0))
    if (left > 1) {
      addTo(pulls + (g1 << 5), f32x4.extract_lane(pull, 1))
      addTo(byDispersion + (g1 << 4), f32x4.extract_lane(dispersion, 1))
    }
    if (left > 2) {
      addTo(pulls + (g2 << 5), f32x4.extract_lane(pull, 2))
      addTo(byDispersion + (g2 << 4), f32x4.extract_lane(dispersion, 2))
    }
    if (left > 3) {
      addTo(pulls + (g3 << 5), f32x4.extract_lane(pull, 3))
      addTo(byDispersion + (g3 << 4), f32x4.extract_lane(dispersion, 3))
    }
  }
  f32.store(sums, laneSum(logLikelihood), 0)
  f32.store(sums, laneSum(pullSum), 4)
}
