import {
  add,
  exp,
  matMul,
  mul,
  neg,
  ones,
  relu as rectify,
  reshape,
  rsqrt,
  square,
  step,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { batchNormEpsilon } from '../operations'
import { product } from './products'
import type { Tape, Value } from './tape'

/** Column sums (1 × columns) as a product with ones: the fastest reduction over rows in the WebAssembly backend. */
export function columnSums(matrix: Tensor): Tensor2D {
  return matMul(ones([1, matrix.shape[0]]), matrix)
}

export function dense(tape: Tape, input: Value, weight: Value, bias: Value | null): Value {
  const output = product(input.tensor, weight.tensor, 'second', bias?.tensor)
  return tape.record(output, bias ? [input, weight, bias] : [input, weight], (gradient) => {
    tape.accumulate(input, () => product(gradient, weight.tensor))
    tape.accumulate(weight, () => product(gradient, input.tensor, 'first'))
    if (bias) tape.accumulate(bias, () => reshape(columnSums(gradient), bias.tensor.shape))
  })
}

export function relu(tape: Tape, input: Value): Value {
  const output = rectify(input.tensor)
  return tape.record(output, [input], (gradient) => tape.accumulate(input, () => mul(gradient, step(output))))
}

export function leakyRelu(tape: Tape, input: Value, slope: number): Value {
  const factor = add(step(input.tensor), mul(step(neg(input.tensor)), slope))
  return tape.record(mul(input.tensor, factor), [input], (gradient) =>
    tape.accumulate(input, () => mul(gradient, factor)),
  )
}

/** input · keep / (1 - rate); the mask of kept units (0 or 1) is given. */
export function dropout(tape: Tape, input: Value, keepMask: Tensor, rate: number): Value {
  const factor = mul(keepMask, 1 / (1 - rate))
  return tape.record(mul(input.tensor, factor), [input], (gradient) =>
    tape.accumulate(input, () => mul(gradient, factor)),
  )
}

export function multiply(tape: Tape, a: Value, b: Value): Value {
  return tape.record(mul(a.tensor, b.tensor), [a, b], (gradient) => {
    tape.accumulate(a, () => mul(gradient, b.tensor))
    tape.accumulate(b, () => mul(gradient, a.tensor))
  })
}

export function sum(tape: Tape, a: Value, b: Value): Value {
  return tape.record(add(a.tensor, b.tensor), [a, b], (gradient) => {
    tape.accumulate(a, () => gradient)
    tape.accumulate(b, () => gradient)
  })
}

export function selectRows(tape: Tape, design: Value, matrix: Value): Value {
  return tape.record(product(design.tensor, matrix.tensor), [matrix], (gradient) =>
    tape.accumulate(matrix, () => product(design.tensor, gradient, 'first')),
  )
}

export function variance(tape: Tape, logVariance: Value, floor: number): Value {
  const exponential = exp(logVariance.tensor)
  return tape.record(add(exponential, floor), [logVariance], (gradient) =>
    tape.accumulate(logVariance, () => mul(gradient, exponential)),
  )
}

export interface BatchStatistics {
  readonly mean: Tensor1D
  /** Divided by n, not n - 1. */
  readonly biasedVariance: Tensor1D
}

/** BatchNorm with the statistics of the batch, which it also hands out. */
export function batchNormTraining(
  tape: Tape,
  input: Value,
  scale: Value,
  offset: Value,
): { output: Value; statistics: BatchStatistics } {
  const [cells, columns] = [input.tensor.shape[0], input.tensor.shape[1] ?? 1]
  const mean = mul(columnSums(input.tensor), 1 / cells)
  const centred = sub(input.tensor, mean)
  const biasedVariance = mul(columnSums(square(centred)), 1 / cells)
  const inverseDeviation = rsqrt(add(biasedVariance, batchNormEpsilon))
  const normalised = mul(centred, inverseDeviation)
  const output = add(mul(normalised, scale.tensor), offset.tensor)
  const value = tape.record(output, [input, scale, offset], (gradient) => {
    const byScale = columnSums(mul(gradient, normalised))
    const byOffset = columnSums(gradient)
    tape.accumulate(scale, () => reshape(byScale, [columns]))
    tape.accumulate(offset, () => reshape(byOffset, [columns]))
    // (γ/σ) (dy - mean(dy) - x̂ mean(dy x̂))
    tape.accumulate(input, () =>
      mul(
        sub(sub(gradient, mul(byOffset, 1 / cells)), mul(normalised, mul(byScale, 1 / cells))),
        mul(scale.tensor, inverseDeviation),
      ),
    )
  })
  return {
    output: value,
    statistics: { mean: reshape(mean, [columns]), biasedVariance: reshape(biasedVariance, [columns]) },
  }
}

/** BatchNorm with running statistics. */
export function batchNormEvaluation(
  tape: Tape,
  input: Value,
  scale: Value,
  offset: Value,
  running: { mean: Tensor; variance: Tensor },
): Value {
  const inverseDeviation = rsqrt(add(running.variance, batchNormEpsilon))
  const normalised = mul(sub(input.tensor, running.mean), inverseDeviation)
  const output = add(mul(normalised, scale.tensor), offset.tensor)
  return tape.record(output, [input, scale, offset], (gradient) => {
    tape.accumulate(scale, () => reshape(columnSums(mul(gradient, normalised)), scale.tensor.shape))
    tape.accumulate(offset, () => reshape(columnSums(gradient), offset.tensor.shape))
    tape.accumulate(input, () => mul(gradient, mul(scale.tensor, inverseDeviation)))
  })
}
