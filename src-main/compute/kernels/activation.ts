/** BatchNorm, ReLU and dropout of hidden layers, for some columns (multiples of 4) of all cells. */
import { columnSum, sumOfProducts, sumOfSquares } from './columns'
import { madd } from './vector'

/** Mean, biased variance and 1 / √(variance + ε) of columns. */
export function batchStatistics(
  begin: i32,
  end: i32,
  cells: i32,
  input: usize,
  stride: usize,
  epsilon: f32,
  means: usize,
  variances: usize,
  inverseDeviations: usize,
): void {
  const share = f32x4.splat(1 / <f32>cells)
  const one = f32x4.splat(1)
  for (let column = begin; column < end; column += 4) {
    const at = (<usize>column) << 2
    const mean = f32x4.mul(columnSum(cells, input + at, stride), share)
    const variance = f32x4.mul(sumOfSquares(cells, input + at, stride, mean), share)
    v128.store(means + at, mean)
    v128.store(variances + at, variance)
    v128.store(inverseDeviations + at, f32x4.div(one, f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon)))))
  }
}

/** Running mean and 1 / √(running variance + ε). */
export function runningStatistics(
  begin: i32,
  end: i32,
  epsilon: f32,
  runningMeans: usize,
  runningVariances: usize,
  means: usize,
  inverseDeviations: usize,
): void {
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const deviation = f32x4.sqrt(f32x4.add(v128.load(runningVariances + at), f32x4.splat(epsilon)))
    v128.store(means + at, v128.load(runningMeans + at))
    v128.store(inverseDeviations + at, f32x4.div(f32x4.splat(1), deviation))
  }
}

/** Moves running statistics towards those of the batch; the variance that is kept is unbiased. */
export function moveStatistics(
  begin: i32,
  end: i32,
  cells: i32,
  momentum: f32,
  means: usize,
  variances: usize,
  runningMeans: usize,
  runningVariances: usize,
): void {
  const share = f32x4.splat(momentum)
  const unbiased = f32x4.splat(<f32>cells / <f32>(cells - 1))
  for (let at = (<usize>begin) << 2; at < (<usize>end) << 2; at += 16) {
    const mean = v128.load(runningMeans + at)
    const variance = v128.load(runningVariances + at)
    v128.store(runningMeans + at, madd(share, f32x4.sub(v128.load(means + at), mean), mean))
    const seen = f32x4.mul(v128.load(variances + at), unbiased)
    v128.store(runningVariances + at, madd(share, f32x4.sub(seen, variance), variance))
  }
}

/** (input - mean) / deviation, kept for the way back, times scale plus offset. */
export function normalise(
  begin: i32,
  end: i32,
  cells: i32,
  input: usize,
  stride: usize,
  means: usize,
  inverseDeviations: usize,
  scales: usize,
  offsets: usize,
  normalised: usize,
  out: usize,
): void {
  for (let column = begin; column < end; column += 4) {
    const at = (<usize>column) << 2
    const mean = v128.load(means + at)
    const inverse = v128.load(inverseDeviations + at)
    const scale = v128.load(scales + at)
    const offset = v128.load(offsets + at)
    for (let cell = 0; cell < cells; cell++) {
      const place = <usize>cell * stride + at
      const value = f32x4.mul(f32x4.sub(v128.load(input + place), mean), inverse)
      v128.store(normalised + place, value)
      v128.store(out + place, madd(value, scale, offset))
    }
  }
}

/**
 * Back through BatchNorm. With the statistics of the batch (`ofBatch`) the gradient is
 * (scale / deviation) (dy - mean dy - normalised · mean(dy · normalised)), otherwise dy · scale / deviation.
 * @param scaleGradients, offsetGradients overwritten
 * @param inputGradients may be `outputGradients`
 */
export function normaliseBackward(
  begin: i32,
  end: i32,
  cells: i32,
  outputGradients: usize,
  stride: usize,
  normalised: usize,
  inverseDeviations: usize,
  scales: usize,
  ofBatch: i32,
  scaleGradients: usize,
  offsetGradients: usize,
  inputGradients: usize,
): void {
  const share = f32x4.splat(1 / <f32>cells)
  for (let column = begin; column < end; column += 4) {
    const at = (<usize>column) << 2
    const byOffset = columnSum(cells, outputGradients + at, stride)
    const byScale = sumOfProducts(cells, outputGradients + at, normalised + at, stride)
    v128.store(offsetGradients + at, byOffset)
    v128.store(scaleGradients + at, byScale)
    const factor = f32x4.mul(v128.load(inverseDeviations + at), v128.load(scales + at))
    const meanOffset = ofBatch ? f32x4.mul(byOffset, share) : f32x4.splat(0)
    const meanScale = ofBatch ? f32x4.neg(f32x4.mul(byScale, share)) : f32x4.splat(0)
    for (let cell = 0; cell < cells; cell++) {
      const place = <usize>cell * stride + at
      const centred = f32x4.sub(v128.load(outputGradients + place), meanOffset)
      const gradient = madd(v128.load(normalised + place), meanScale, centred)
      v128.store(inputGradients + place, f32x4.mul(factor, gradient))
    }
  }
}

/** max(input, 0), in place or not. */
export function rectify(begin: i32, end: i32, cells: i32, input: usize, stride: usize, out: usize): void {
  const zero = f32x4.splat(0)
  for (let cell = 0; cell < cells; cell++) {
    const row = <usize>cell * stride
    for (let at = row + ((<usize>begin) << 2); at < row + ((<usize>end) << 2); at += 16) {
      // Not a number stays so, as pmax keeps its first operand.
      v128.store(out + at, f32x4.pmax(v128.load(input + at), zero))
    }
  }
}

/** Gradient where the output is positive. */
export function rectifyBackward(
  begin: i32,
  end: i32,
  cells: i32,
  outputGradients: usize,
  stride: usize,
  output: usize,
  inputGradients: usize,
): void {
  for (let cell = 0; cell < cells; cell++) {
    const row = <usize>cell * stride
    for (let at = row + ((<usize>begin) << 2); at < row + ((<usize>end) << 2); at += 16) {
      const open = f32x4.gt(v128.load(output + at), f32x4.splat(0))
      v128.store(inputGradients + at, v128.and(v128.load(outputGradients + at), open))
    }
  }
}

/** The input where it is positive, slope · input elsewhere. */
export function leakyRectify(
  begin: i32,
  end: i32,
  cells: i32,
  input: usize,
  stride: usize,
  slope: f32,
  out: usize,
): void {
  const slopes = f32x4.splat(slope)
  for (let cell = 0; cell < cells; cell++) {
    const row = <usize>cell * stride
    for (let at = row + ((<usize>begin) << 2); at < row + ((<usize>end) << 2); at += 16) {
      const value = v128.load(input + at)
      v128.store(out + at, f32x4.pmax(value, f32x4.mul(value, slopes)))
    }
  }
}

/** Gradient where the output is positive, slope · gradient elsewhere. */
export function leakyRectifyBackward(
  begin: i32,
  end: i32,
  cells: i32,
  outputGradients: usize,
  stride: usize,
  output: usize,
  slope: f32,
  inputGradients: usize,
): void {
  const slopes = f32x4.splat(slope)
  for (let cell = 0; cell < cells; cell++) {
    const row = <usize>cell * stride
    for (let at = row + ((<usize>begin) << 2); at < row + ((<usize>end) << 2); at += 16) {
      const open = f32x4.gt(v128.load(output + at), f32x4.splat(0))
      const gradient = v128.load(outputGradients + at)
      v128.store(inputGradients + at, v128.bitselect(gradient, f32x4.mul(gradient, slopes), open))
    }
  }
}

/** input · keep · factor: dropout, and the way back through it. */
export function keepUnits(
  begin: i32,
  end: i32,
  cells: i32,
  input: usize,
  stride: usize,
  keep: usize,
  factor: f32,
  out: usize,
): void {
  const factors = f32x4.splat(factor)
  for (let cell = 0; cell < cells; cell++) {
    const row = <usize>cell * stride
    for (let at = row + ((<usize>begin) << 2); at < row + ((<usize>end) << 2); at += 16) {
      v128.store(out + at, f32x4.mul(v128.load(input + at), f32x4.mul(v128.load(keep + at), factors)))
    }
  }
}
