/** Element by element on cells × latents or perturbations × latents, rows padded to a multiple of 4. */
import { clearBeyond, exponential, laneSum, logarithm, madd, sigmoid } from './vector'

/** Stores a contribution to a gradient, or adds it. */
@inline
export function contribute(add: i32, address: usize, values: v128): void {
  v128.store(address, add ? f32x4.add(v128.load(address), values) : values)
}

export function fillZeros(begin: i32, end: i32, out: usize): void {
  memory.fill(out + ((<usize>begin) << 2), 0, (<usize>(end - begin)) << 2)
}

/** e^logVariance + floor. */
export function variance(begin: i32, end: i32, logVariances: usize, floor: f32, out: usize): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    v128.store(out + at, f32x4.add(exponential(v128.load(logVariances + at)), f32x4.splat(floor)))
  }
}

export function varianceBackward(
  begin: i32,
  end: i32,
  gradients: usize,
  logVariances: usize,
  add: i32,
  out: usize,
): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    contribute(add, out + at, f32x4.mul(v128.load(gradients + at), exponential(v128.load(logVariances + at))))
  }
}

/** mean + √variance · noise. */
export function sample(begin: i32, end: i32, means: usize, variances: usize, noise: usize, out: usize): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const deviation = f32x4.sqrt(v128.load(variances + at))
    v128.store(out + at, madd(deviation, v128.load(noise + at), v128.load(means + at)))
  }
}

/** Gradient by the variance; that by the mean is the gradient itself. */
export function sampleBackward(
  begin: i32,
  end: i32,
  gradients: usize,
  variances: usize,
  noise: usize,
  add: i32,
  out: usize,
): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const deviation = f32x4.sqrt(v128.load(variances + at))
    const slope = f32x4.div(v128.load(noise + at), f32x4.add(deviation, deviation))
    contribute(add, out + at, f32x4.mul(v128.load(gradients + at), slope))
  }
}

export function copyGradient(begin: i32, end: i32, gradients: usize, add: i32, out: usize): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    contribute(add, out + at, v128.load(gradients + at))
  }
}

/** a + b. */
export function addElements(begin: i32, end: i32, a: usize, b: usize, out: usize): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)))
  }
}

/** The gradient of a sum by each of its elements: the weight of the sum. */
export function spreadWeight(begin: i32, end: i32, weight: usize, add: i32, out: usize): void {
  const values = v128.load32_splat(weight)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) contribute(add, out + at, values)
}

/** a · b; with a gradient for a, the way back to b. */
export function multiply(begin: i32, end: i32, a: usize, b: usize, add: i32, out: usize): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    contribute(add, out + at, f32x4.mul(v128.load(a + at), v128.load(b + at)))
  }
}

/** 1 where logit + noise > 0, else 0. */
export function drawMask(begin: i32, end: i32, logits: usize, noise: usize, out: usize): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const open = f32x4.gt(f32x4.add(v128.load(logits + at), v128.load(noise + at)), f32x4.splat(0))
    v128.store(out + at, v128.and(open, f32x4.splat(1)))
  }
}

/** The derivative of sigmoid(logit + noise), as if the mask had been that. */
export function drawMaskBackward(
  begin: i32,
  end: i32,
  gradients: usize,
  logits: usize,
  noise: usize,
  add: i32,
  out: usize,
): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const soft = sigmoid(f32x4.add(v128.load(logits + at), v128.load(noise + at)))
    const slope = f32x4.mul(soft, f32x4.sub(f32x4.splat(1), soft))
    contribute(add, out + at, f32x4.mul(v128.load(gradients + at), slope))
  }
}

/** KL(N(mean, variance) ‖ N(priorMean, 1)) of some rows, `stride` bytes apart, summed over columns. */
export function gaussianKl(
  begin: i32,
  end: i32,
  columns: i32,
  stride: usize,
  means: usize,
  variances: usize,
  priorMeans: usize,
  out: usize,
): void {
  const one = f32x4.splat(1)
  for (let row = begin; row < end; row++) {
    const start = <usize>row * stride
    let sum = f32x4.splat(0)
    for (let column = 0; column < columns; column += 4) {
      const at = start + ((<usize>column) << 2)
      const v = v128.load(variances + at)
      const difference = f32x4.sub(v128.load(means + at), v128.load(priorMeans + at))
      const element = f32x4.sub(madd(difference, difference, f32x4.sub(v, one)), logarithm(v))
      sum = f32x4.add(sum, clearBeyond(element, columns - column))
    }
    f32.store(out + ((<usize>row) << 2), 0.5 * laneSum(sum))
  }
}

/** weight · sign · (mean - priorMean): gradient of the KL by the mean (sign 1) and by the prior mean (sign -1). */
export function gaussianKlByMean(
  begin: i32,
  end: i32,
  means: usize,
  priorMeans: usize,
  weight: usize,
  sign: f32,
  add: i32,
  out: usize,
): void {
  const factor = f32x4.splat(f32.load(weight) * sign)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const difference = f32x4.sub(v128.load(means + at), v128.load(priorMeans + at))
    contribute(add, out + at, f32x4.mul(factor, difference))
  }
}

/** weight · (1 - 1/variance) / 2. */
export function gaussianKlByVariance(
  begin: i32,
  end: i32,
  variances: usize,
  weight: usize,
  add: i32,
  out: usize,
): void {
  const half = f32x4.splat(f32.load(weight) * 0.5)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    contribute(add, out + at, f32x4.sub(half, f32x4.div(half, v128.load(variances + at))))
  }
}

/** (sample² - noise² - log variance) / 2. */
export function gaussianLogRatio(
  begin: i32,
  end: i32,
  samples: usize,
  variances: usize,
  noise: usize,
  out: usize,
): void {
  const half = f32x4.splat(0.5)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const z = v128.load(samples + at)
    const e = v128.load(noise + at)
    const squares = f32x4.sub(f32x4.mul(z, z), f32x4.mul(e, e))
    v128.store(out + at, f32x4.mul(half, f32x4.sub(squares, logarithm(v128.load(variances + at)))))
  }
}

/** -gradient / (2 variance); the gradient by the sample is gradient · sample. */
export function gaussianLogRatioByVariance(
  begin: i32,
  end: i32,
  gradients: usize,
  variances: usize,
  add: i32,
  out: usize,
): void {
  const half = f32x4.splat(-0.5)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const slope = f32x4.div(half, v128.load(variances + at))
    contribute(add, out + at, f32x4.mul(v128.load(gradients + at), slope))
  }
}
