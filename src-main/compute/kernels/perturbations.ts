/** Cells' rows of perturbations × latents matrices, and penalties on edge logits. */
import { contribute } from './latents'
import { clearBeyond, exponential, laneSum, logOnePlus, madd, sigmoid, softplus } from './vector'

/** Columns of logits whose softplus are summed with one logarithm in each lane. */
const sharingLogarithm: i32 = 64

/**
 * design · matrix for some cells; the design lists the perturbations of each cell.
 * @param columns rounded up to a multiple of 4; rows of both matrices are so many floats apart
 */
export function selectRows(
  firstCell: i32,
  endCell: i32,
  columns: i32,
  designStarts: usize,
  designRows: usize,
  matrix: usize,
  out: usize,
): void {
  const stride = (<usize>columns) << 2
  for (let cell = firstCell; cell < endCell; cell++) {
    const target = out + <usize>cell * stride
    memory.fill(target, 0, stride)
    const end = i32.load(designStarts + ((<usize>cell) << 2), 4)
    for (let entry = i32.load(designStarts + ((<usize>cell) << 2)); entry < end; entry++) {
      const place = (<usize>entry) << 2
      const source = matrix + <usize>i32.load(designRows + place) * stride
      for (let at: usize = 0; at < stride; at += 16) {
        v128.store(target + at, f32x4.add(v128.load(source + at), v128.load(target + at)))
      }
    }
  }
}

/** Gradient by some columns (multiples of 4) of the matrix: designᵀ · gradient. */
export function selectRowsBackward(
  begin: i32,
  end: i32,
  columns: i32,
  rows: i32,
  cells: i32,
  designStarts: usize,
  designRows: usize,
  gradients: usize,
  add: i32,
  out: usize,
): void {
  const stride = (<usize>columns) << 2
  const first = (<usize>begin) << 2
  const last = (<usize>end) << 2
  if (!add) {
    for (let row = 0; row < rows; row++) memory.fill(out + <usize>row * stride + first, 0, last - first)
  }
  for (let cell = 0; cell < cells; cell++) {
    const source = gradients + <usize>cell * stride
    const endEntry = i32.load(designStarts + ((<usize>cell) << 2), 4)
    for (let entry = i32.load(designStarts + ((<usize>cell) << 2)); entry < endEntry; entry++) {
      const place = (<usize>entry) << 2
      const target = out + <usize>i32.load(designRows + place) * stride
      for (let at = first; at < last; at += 16) {
        v128.store(target + at, f32x4.add(v128.load(source + at), v128.load(target + at)))
      }
    }
  }
}

/**
 * Σ log(1 + e^logit) = -Σ log(1 - q) over some rows → one double. A row's columns share a logarithm, sixteen vectors of
 * them at a time: (1 + a) (1 + b) = 1 + (a + b + ab), and each factor is at most 2.
 */
export function softplusSum(begin: i32, end: i32, columns: i32, logits: usize, out: usize): void {
  const stride = (<usize>((columns + 3) & ~3)) << 2
  let total: f64 = 0
  for (let row = begin; row < end; row++) {
    const first = logits + <usize>row * stride
    let sum = f32x4.splat(0)
    for (let column = 0; column < columns; column += sharingLogarithm) {
      const last = min(columns, column + sharingLogarithm)
      let product = f32x4.splat(0)
      for (let at = column; at < last; at += 4) {
        const x = v128.load(first + ((<usize>at) << 2))
        const tail = clearBeyond(exponential(f32x4.neg(f32x4.abs(x))), last - at)
        sum = f32x4.add(sum, clearBeyond(f32x4.pmax(x, f32x4.splat(0)), last - at))
        product = madd(product, tail, f32x4.add(product, tail))
      }
      sum = f32x4.add(sum, logOnePlus(product))
    }
    total += <f64>laneSum(sum)
  }
  f64.store(out, total)
}

/** weight · factor · sigmoid(logit): gradient of the Beta penalty. */
export function softplusBackward(
  begin: i32,
  end: i32,
  logits: usize,
  weight: usize,
  factor: f32,
  add: i32,
  out: usize,
): void {
  const scale = f32x4.splat(f32.load(weight) * factor)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    contribute(add, out + at, f32x4.mul(scale, sigmoid(v128.load(logits + at))))
  }
}

/** log ψ - log q subtracted: log(q / ψ) of two logits. */
@inline
function logRatio(logits: v128, priorLogits: v128): v128 {
  return f32x4.sub(softplus(f32x4.neg(priorLogits)), softplus(f32x4.neg(logits)))
}

/** Σ KL(Bern(q) ‖ Bern(ψ)), or only Σ q log(q/ψ), over some rows → one double. */
export function bernoulliKl(
  begin: i32,
  end: i32,
  columns: i32,
  logits: usize,
  priorLogits: usize,
  presentOnly: i32,
  out: usize,
): void {
  const stride = (<usize>((columns + 3) & ~3)) << 2
  let total: f64 = 0
  for (let row = begin; row < end; row++) {
    let sum = f32x4.splat(0)
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>row * stride + ((<usize>column) << 2)
      const l = v128.load(logits + at)
      const prior = v128.load(priorLogits + at)
      const q = sigmoid(l)
      let value = f32x4.mul(q, logRatio(l, prior))
      if (!presentOnly) value = madd(sigmoid(f32x4.neg(l)), f32x4.sub(softplus(prior), softplus(l)), value)
      sum = f32x4.add(sum, clearBeyond(value, columns - column))
    }
    total += <f64>laneSum(sum)
  }
  f64.store(out, total)
}

/** Gradient of `bernoulliKl` by the logits. */
export function bernoulliKlByLogits(
  begin: i32,
  end: i32,
  logits: usize,
  priorLogits: usize,
  presentOnly: i32,
  weight: usize,
  add: i32,
  out: usize,
): void {
  const scale = v128.load32_splat(weight)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const l = v128.load(logits + at)
    const prior = v128.load(priorLogits + at)
    const slope = f32x4.mul(sigmoid(l), sigmoid(f32x4.neg(l)))
    const byProbability = presentOnly ? f32x4.add(logRatio(l, prior), f32x4.splat(1)) : f32x4.sub(l, prior)
    contribute(add, out + at, f32x4.mul(scale, f32x4.mul(slope, byProbability)))
  }
}

/** Gradient of `bernoulliKl` by the prior's logits. */
export function bernoulliKlByPrior(
  begin: i32,
  end: i32,
  logits: usize,
  priorLogits: usize,
  presentOnly: i32,
  weight: usize,
  add: i32,
  out: usize,
): void {
  const scale = v128.load32_splat(weight)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const q = sigmoid(v128.load(logits + at))
    const prior = v128.load(priorLogits + at)
    const byLogit = presentOnly
      ? f32x4.neg(f32x4.mul(q, sigmoid(f32x4.neg(prior))))
      : f32x4.sub(sigmoid(prior), q)
    contribute(add, out + at, f32x4.mul(scale, byLogit))
  }
}

/** Σ q over some rows → one double. */
export function probabilitySum(begin: i32, end: i32, columns: i32, logits: usize, out: usize): void {
  const stride = (<usize>((columns + 3) & ~3)) << 2
  let total: f64 = 0
  for (let row = begin; row < end; row++) {
    let sum = f32x4.splat(0)
    for (let column = 0; column < columns; column += 4) {
      const value = sigmoid(v128.load(logits + <usize>row * stride + ((<usize>column) << 2)))
      sum = f32x4.add(sum, clearBeyond(value, columns - column))
    }
    total += <f64>laneSum(sum)
  }
  f64.store(out, total)
}

/** weight · q (1 - q). */
export function probabilitySumBackward(
  begin: i32,
  end: i32,
  logits: usize,
  weight: usize,
  add: i32,
  out: usize,
): void {
  const scale = v128.load32_splat(weight)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const l = v128.load(logits + at)
    contribute(add, out + at, f32x4.mul(scale, f32x4.mul(sigmoid(l), sigmoid(f32x4.neg(l)))))
  }
}

/**
 * mask (logit - prior logit) - softplus(logit) - log(1 - prior probability): log-probability of a drawn mask under its
 * own distribution minus that under the prior.
 */
export function bernoulliLogRatio(
  begin: i32,
  end: i32,
  masks: usize,
  logits: usize,
  priorLogit: f32,
  logPriorAbsent: f32,
  out: usize,
): void {
  const prior = f32x4.splat(priorLogit)
  const absent = f32x4.splat(logPriorAbsent)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const l = v128.load(logits + at)
    const ofPresent = f32x4.mul(v128.load(masks + at), f32x4.sub(l, prior))
    v128.store(out + at, f32x4.sub(ofPresent, f32x4.add(softplus(l), absent)))
  }
}

/** gradient · (logit - prior logit). */
export function bernoulliLogRatioByMask(
  begin: i32,
  end: i32,
  gradients: usize,
  logits: usize,
  priorLogit: f32,
  add: i32,
  out: usize,
): void {
  const prior = f32x4.splat(priorLogit)
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const slope = f32x4.sub(v128.load(logits + at), prior)
    contribute(add, out + at, f32x4.mul(v128.load(gradients + at), slope))
  }
}

/** gradient · (mask - q). */
export function bernoulliLogRatioByLogits(
  begin: i32,
  end: i32,
  gradients: usize,
  masks: usize,
  logits: usize,
  add: i32,
  out: usize,
): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const slope = f32x4.sub(v128.load(masks + at), sigmoid(v128.load(logits + at)))
    contribute(add, out + at, f32x4.mul(v128.load(gradients + at), slope))
  }
}
