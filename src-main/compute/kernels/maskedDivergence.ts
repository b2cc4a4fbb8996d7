/** The divergence of latents from a prior whose mean is a shift behind a mask, averaged over the mask. */
import { contribute } from './latents'
import { clearBeyond, laneSum, logarithm, madd, sigmoid } from './vector'

/** shift² / 2 - mean · shift: what the divergence gains where the mask is open. */
@inline
function ofPresent(mean: v128, shift: v128): v128 {
  return f32x4.mul(shift, f32x4.sub(f32x4.mul(shift, f32x4.splat(0.5)), mean))
}

/** ½ (v + m² - 1 - log v) + q (½ shift² - m · shift) of some rows, `stride` bytes apart, summed over columns. */
export function maskedGaussianKl(
  begin: i32,
  end: i32,
  columns: i32,
  stride: usize,
  means: usize,
  variances: usize,
  shifts: usize,
  logits: usize,
  out: usize,
): void {
  const one = f32x4.splat(1)
  const half = f32x4.splat(0.5)
  for (let row = begin; row < end; row++) {
    const start = <usize>row * stride
    let sum = f32x4.splat(0)
    for (let column = 0; column < columns; column += 4) {
      const at = start + ((<usize>column) << 2)
      const v = v128.load(variances + at)
      const m = v128.load(means + at)
      const own = f32x4.sub(madd(m, m, f32x4.sub(v, one)), logarithm(v))
      const gained = f32x4.mul(sigmoid(v128.load(logits + at)), ofPresent(m, v128.load(shifts + at)))
      sum = f32x4.add(sum, clearBeyond(madd(own, half, gained), columns - column))
    }
    f32.store(out + ((<usize>row) << 2), laneSum(sum))
  }
}

/** weight · (mean - q · shift). */
export function maskedGaussianKlByMean(
  begin: i32,
  end: i32,
  means: usize,
  shifts: usize,
  logits: usize,
  weight: usize,
  add: i32,
  out: usize,
): void {
  const factor = v128.load32_splat(weight)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const priorMean = f32x4.mul(sigmoid(v128.load(logits + at)), v128.load(shifts + at))
    contribute(add, out + at, f32x4.mul(factor, f32x4.sub(v128.load(means + at), priorMean)))
  }
}

/** weight · q (shift - mean). */
export function maskedGaussianKlByShift(
  begin: i32,
  end: i32,
  means: usize,
  shifts: usize,
  logits: usize,
  weight: usize,
  add: i32,
  out: usize,
): void {
  const factor = v128.load32_splat(weight)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const difference = f32x4.sub(v128.load(shifts + at), v128.load(means + at))
    const slope = f32x4.mul(sigmoid(v128.load(logits + at)), difference)
    contribute(add, out + at, f32x4.mul(factor, slope))
  }
}

/** weight · q (1 - q) (½ shift² - mean · shift). */
export function maskedGaussianKlByLogits(
  begin: i32,
  end: i32,
  means: usize,
  shifts: usize,
  logits: usize,
  weight: usize,
  add: i32,
  out: usize,
): void {
  const factor = v128.load32_splat(weight)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const logit = v128.load(logits + at)
    const slope = f32x4.mul(sigmoid(logit), sigmoid(f32x4.neg(logit)))
    const gained = ofPresent(v128.load(means + at), v128.load(shifts + at))
    contribute(add, out + at, f32x4.mul(factor, f32x4.mul(slope, gained)))
  }
}
