import {
  add,
  cast,
  div,
  fill,
  greater,
  log,
  mul,
  neg,
  reshape,
  scalar,
  sigmoid,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  tensor1d,
  tensor2d,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { softmaxNegativeBinomial } from '../../numerics/negativeBinomial'
import type { Tape, Value } from './tape'

/** The values of a tensor as floats; every tensor here is float32. */
export function floatsOf(tensor: Tensor): Float32Array {
  const values = tensor.dataSync()
  return values instanceof Float32Array ? values : Float32Array.from(values)
}

/** A gradient per cell as a column, to multiply cells × p matrices with. */
function asColumn(perCell: Tensor): Tensor {
  return reshape(perCell, [perCell.size, 1])
}

export function sampleGaussian(tape: Tape, mean: Value, variance: Value, noise: Value): Value {
  const deviation = sqrt(variance.tensor)
  const output = add(mean.tensor, mul(deviation, noise.tensor))
  return tape.record(output, [mean, variance], (gradient) => {
    tape.accumulate(mean, () => gradient)
    tape.accumulate(variance, () => mul(gradient, div(noise.tensor, mul(deviation, 2))))
  })
}

export function gaussianKl(tape: Tape, mean: Value, variance: Value, priorMean: Value): Value {
  const difference = sub(mean.tensor, priorMean.tensor)
  const elements = sub(add(variance.tensor, square(difference)), add(log(variance.tensor), 1))
  return tape.record(mul(sum(elements, 1), 0.5), [mean, variance, priorMean], (gradient) => {
    const byCell = asColumn(gradient)
    tape.accumulate(mean, () => mul(difference, byCell))
    tape.accumulate(priorMean, () => mul(difference, neg(byCell)))
    tape.accumulate(variance, () => mul(sub(0.5, div(0.5, variance.tensor)), byCell))
  })
}

export function maskedGaussianKl(
  tape: Tape,
  mean: Value,
  variance: Value,
  shift: Value,
  maskLogits: Value,
): Value {
  const q = sigmoid(maskLogits.tensor)
  const ofPresent = mul(shift.tensor, sub(mul(shift.tensor, 0.5), mean.tensor))
  const own = mul(sub(add(variance.tensor, square(mean.tensor)), add(log(variance.tensor), 1)), 0.5)
  const inputs = [mean, variance, shift, maskLogits]
  return tape.record(sum(add(own, mul(q, ofPresent)), 1), inputs, (gradient) => {
    const byCell = asColumn(gradient)
    tape.accumulate(mean, () => mul(sub(mean.tensor, mul(q, shift.tensor)), byCell))
    tape.accumulate(variance, () => mul(sub(0.5, div(0.5, variance.tensor)), byCell))
    tape.accumulate(shift, () => mul(mul(q, sub(shift.tensor, mean.tensor)), byCell))
    tape.accumulate(maskLogits, () => mul(mul(mul(q, sub(1, q)), ofPresent), byCell))
  })
}

export function gaussianLogRatio(tape: Tape, sample: Value, variance: Value, noise: Value): Value {
  const squares = sub(square(sample.tensor), square(noise.tensor))
  const output = mul(sub(squares, log(variance.tensor)), 0.5)
  return tape.record(output, [sample, variance], (gradient) => {
    tape.accumulate(sample, () => mul(gradient, sample.tensor))
    tape.accumulate(variance, () => div(mul(gradient, -0.5), variance.tensor))
  })
}

/**
 * The likelihood is computed on the host in double precision: one loop instead of some forty kernels, and float32
 * differences of lgamma are too coarse. Needs a backend whose tensors can be read at once.
 */
export function negativeBinomial(
  tape: Tape,
  logits: Value,
  logInverseDispersion: Value,
  counts: Value,
  meanFloor: number,
): Value {
  const result = softmaxNegativeBinomial(
    floatsOf(logits.tensor),
    floatsOf(logInverseDispersion.tensor),
    floatsOf(counts.tensor),
    { meanFloor, withGradients: tape.recording },
  )
  const { byLogits, byLogInverseDispersion } = result
  return tape.record(tensor1d(result.logLikelihood), [logits, logInverseDispersion], (gradient) => {
    if (!byLogits || !byLogInverseDispersion) return
    const [cells, genes] = [gradient.size, logInverseDispersion.tensor.size]
    const byCell = floatsOf(gradient)
    const dispersionSums = new Float64Array(genes)
    for (let cell = 0; cell < cells; cell++) {
      const weight = byCell[cell]
      for (let gene = 0, at = cell * genes; gene < genes; gene++, at++) {
        byLogits[at] *= weight
        dispersionSums[gene] += weight * byLogInverseDispersion[at]
      }
    }
    tape.accumulate(logits, () => tensor2d(byLogits, [cells, genes]))
    tape.accumulate(logInverseDispersion, () => tensor1d(Float32Array.from(dispersionSums)))
  })
}

export function straightThroughSigmoid(tape: Tape, logits: Value, noise: Value): Value {
  const argument = add(logits.tensor, noise.tensor)
  return tape.record(cast(greater(argument, 0), 'float32'), [logits], (gradient) =>
    tape.accumulate(logits, () => {
      const soft = sigmoid(argument)
      return mul(gradient, mul(soft, sub(1, soft)))
    }),
  )
}

export function betaPenalty(tape: Tape, logits: Value, alpha: number): Value {
  // -log Beta(q; 1, α) = -log α - (α-1) log(1-q), and log(1 - sigmoid(l)) = -softplus(l).
  const output = sub(mul(sum(softplus(logits.tensor)), alpha - 1), logits.tensor.size * Math.log(alpha))
  return tape.record(output, [logits], (gradient) =>
    tape.accumulate(logits, () => mul(sigmoid(logits.tensor), mul(gradient, alpha - 1))),
  )
}

export function bernoulliKl(tape: Tape, logits: Value, priorLogits: Value, presentOnly: boolean): Value {
  const [q, psi] = [sigmoid(logits.tensor), sigmoid(priorLogits.tensor)]
  const logRatio = sub(softplus(neg(priorLogits.tensor)), softplus(neg(logits.tensor)))
  const logAbsentRatio = sub(softplus(priorLogits.tensor), softplus(logits.tensor))
  const present = mul(q, logRatio)
  const elements = presentOnly ? present : add(present, mul(sub(1, q), logAbsentRatio))
  return tape.record(sum(elements), [logits, priorLogits], (gradient) => {
    tape.accumulate(logits, () => {
      const byProbability = presentOnly ? add(logRatio, 1) : sub(logits.tensor, priorLogits.tensor)
      return mul(mul(byProbability, mul(q, sub(1, q))), gradient)
    })
    tape.accumulate(priorLogits, () => mul(presentOnly ? mul(q, sub(psi, 1)) : sub(psi, q), gradient))
  })
}

export function probabilitySum(tape: Tape, logits: Value): Value {
  const q = sigmoid(logits.tensor)
  return tape.record(sum(q), [logits], (gradient) =>
    tape.accumulate(logits, () => mul(mul(q, sub(1, q)), gradient)),
  )
}

export function bernoulliLogRatio(tape: Tape, mask: Value, logits: Value, priorProbability: number): Value {
  // log q = l - softplus(l) and log(1 - q) = -softplus(l); the same of the prior.
  const priorLogit = Math.log(priorProbability / (1 - priorProbability))
  const ofPresent = sub(logits.tensor, priorLogit)
  const ofAll = add(softplus(logits.tensor), Math.log(1 - priorProbability))
  return tape.record(sub(mul(mask.tensor, ofPresent), ofAll), [mask, logits], (gradient) => {
    tape.accumulate(mask, () => mul(gradient, ofPresent))
    tape.accumulate(logits, () => mul(gradient, sub(mask.tensor, sigmoid(logits.tensor))))
  })
}

export function weightedSum(tape: Tape, terms: readonly { term: Value; weight: number }[]): Value {
  let output: Tensor = scalar(0)
  for (const { term, weight } of terms) output = add(output, mul(sum(term.tensor), weight))
  return tape.record(
    output,
    terms.map(({ term }) => term),
    (gradient) => {
      for (const { term, weight } of terms) {
        tape.accumulate(term, () => mul(fill(term.tensor.shape, weight), gradient))
      }
    },
  )
}
