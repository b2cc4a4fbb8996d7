import {
  add,
  cast,
  clipByValue,
  div,
  equal,
  exp,
  log,
  log1p,
  max,
  mul,
  neg,
  reshape,
  sub,
  sum,
  tidy,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { negativeBinomialEpsilon as epsilon } from '../../numerics/negativeBinomial'
import {
  digammaError,
  digammaErrorFromOne,
  logOnePlusMinus,
  stirlingError,
  stirlingErrorFromOne,
} from './composedFunctions'
import type { Tape, Value } from './tape'

/** Log-probabilities of counts with what their derivatives are made of, cells × genes each. */
export interface NegativeBinomialPoints {
  readonly logProbability: Tensor
  /** Moving mean times the derivative by the mean; null where not asked for. */
  readonly pull: Tensor | null
  /** Derivative by log θ; null likewise. */
  readonly byLogInverseDispersion: Tensor | null
}

/** Log-probability of a count of at least one but for θ log(1 + ε/θ), which is less than ε. */
function ofPositive(
  x: Tensor,
  theta: Tensor,
  { distance, share, raised, trials }: Record<'distance' | 'share' | 'raised' | 'trials', Tensor>,
): Tensor {
  const byMean = logOnePlusMinus(mul(neg(div(theta, x)), distance), mul(div(raised, x), share))
  const deviance = add(mul(theta, logOnePlusMinus(distance, share)), mul(x, byMean))
  const normaliser = mul(log(div(div(theta, trials), mul(x, 2 * Math.PI))), 0.5)
  const gammas = sub(sub(stirlingErrorFromOne(trials), stirlingError(theta)), stirlingErrorFromOne(x))
  return add(add(deviance, normaliser), gammas)
}

/**
 * The negative binomial of `numerics/negativeBinomial.ts` in float32 without differences of large numbers: the deviance
 * form that `webgpu/negativeBinomialWgsl.ts` derives (cf. Loader 2000, "Fast and accurate computation of binomial
 * probabilities"). Counts of zero touch no gamma function. Use inside `tidy`.
 * @param x counts, whole numbers: cells × genes
 * @param moving the part of the mean that the logits move: cells × genes
 * @param theta inverse dispersions: genes
 */
export function negativeBinomialPoints(
  x: Tensor,
  moving: Tensor,
  theta: Tensor,
  { meanFloor, withGradients }: { readonly meanFloor: number; readonly withGradients: boolean },
): NegativeBinomialPoints {
  const isZero = equal(x, 0)
  const raised = add(moving, meanFloor + epsilon)
  const total = add(theta, raised)
  const distance = div(sub(x, raised), total)

  // Zeros are counted as ones in the branch that they do not take, so that it stays finite.
  const positive = add(x, cast(isZero, 'float32'))
  const trials = add(positive, theta)
  const share = div(trials, total)
  const ofPositives = tidy(() => ofPositive(positive, theta, { distance, share, raised, trials }))
  const ofZeros = mul(neg(theta), log1p(div(add(moving, meanFloor), add(theta, epsilon))))
  const logProbability = where(isZero, ofZeros, ofPositives)
  if (!withGradients) return { logProbability, pull: null, byLogInverseDispersion: null }

  const pull = mul(div(moving, raised), mul(theta, distance))
  const change = mul(theta, logOnePlusMinus(distance, div(add(x, theta), total)))
  const gammaRise = add(
    div(mul(x, 0.5), trials),
    mul(theta, sub(digammaError(theta), digammaErrorFromOne(trials))),
  )
  const ofGene = mul(theta, sub(log1p(div(epsilon, theta)), div(epsilon, add(theta, epsilon))))
  const byLogInverseDispersion = add(where(isZero, change, add(change, gammaRise)), ofGene)
  return { logProbability, pull, byLogInverseDispersion }
}

interface Likelihood {
  readonly logLikelihood: Tensor
  readonly byLogits: Tensor | null
  readonly byLogInverseDispersion: Tensor | null
}

function likelihoodOf(
  logits: Tensor,
  logInverseDispersion: Tensor,
  counts: Tensor,
  options: { readonly meanFloor: number; readonly withGradients: boolean },
): Likelihood {
  const exponentials = exp(sub(logits, max(logits, 1, true)))
  const partition = sum(exponentials, 1, true)
  const moving = mul(exponentials, div(sum(counts, 1, true), partition))
  // Beyond, float32 knows no such number.
  const theta = exp(clipByValue(logInverseDispersion, -87, 88))
  const points = negativeBinomialPoints(counts, moving, theta, options)
  const { pull, byLogInverseDispersion } = points
  return {
    logLikelihood: sum(points.logProbability, 1),
    byLogits: pull && sub(pull, mul(exponentials, div(sum(pull, 1, true), partition))),
    byLogInverseDispersion,
  }
}

/** As `Operations.negativeBinomial`, composed of tfjs operations: nothing leaves the device. */
export function negativeBinomial(
  tape: Tape,
  logits: Value,
  logInverseDispersion: Value,
  counts: Value,
  meanFloor: number,
): Value {
  // Some hundred matrices come up on the way: they are freed at once, not at the end of the pass.
  const [logLikelihood, byLogits, byLogInverseDispersion] = tidy(() => {
    const options = { meanFloor, withGradients: tape.recording }
    const found = likelihoodOf(logits.tensor, logInverseDispersion.tensor, counts.tensor, options)
    const { byLogits: ofLogits, byLogInverseDispersion: ofDispersions } = found
    return [found.logLikelihood, ...(ofLogits && ofDispersions ? [ofLogits, ofDispersions] : [])]
  })
  return tape.record(logLikelihood, [logits, logInverseDispersion], (gradient) => {
    const byCell = reshape(gradient, [gradient.size, 1])
    tape.accumulate(logits, () => mul(byLogits, byCell))
    tape.accumulate(logInverseDispersion, () => sum(mul(byLogInverseDispersion, byCell), 0))
  })
}
