import {
  linear,
  linearTensors,
  perceptron,
  perceptronTensors,
  type LayerPass,
  type LayerTensors,
} from './layers'
import type { EncoderInput, ParameterDescription, Posterior } from '../compute/model'
import { allLatents, type BodyShape } from './body'

/** Smallest variance of q(z | x). */
const varianceFloor = 1e-4

function hiddenShape(body: BodyShape) {
  const { covariateLevels, hidden, layers, batchNorm, residual, dropout } = body
  return {
    name: 'encoder',
    inputs: body.genes,
    covariateLevels,
    hidden,
    layers,
    batchNorm,
    residual,
    dropout,
  }
}

const shiftWeight = 'encoder.shift.weight'

/**
 * One trunk, two heads: mean and log-variance of q(z | x).
 * @param conditional the encoder also takes the shift of each cell, cells × shifted latents
 */
export function encoderTensors(body: BodyShape, conditional: boolean): LayerTensors {
  const trunk = perceptronTensors(hiddenShape(body))
  const ofShift: ParameterDescription = {
    name: shiftWeight,
    shape: [body.hidden, body.latents],
    start: { kind: 'uniform', bound: 1 / Math.sqrt(body.genes + body.covariateLevels + body.latents) },
    trained: true,
  }
  return {
    ...trunk,
    parameters: [
      ...trunk.parameters,
      ...(conditional ? [ofShift] : []),
      ...linearTensors('encoder.mean', body.hidden, allLatents(body)),
      ...linearTensors('encoder.logVariance', body.hidden, allLatents(body)),
    ],
  }
}

/** Mean of q(z | x) from log(1 + counts) and covariates: cells × genes → cells × latents. */
export function encodeMean<T>(pass: LayerPass<T>, body: BodyShape, input: EncoderInput<T>): T {
  return linear(pass, 'encoder.mean', perceptron(pass, hiddenShape(body), input.logCounts, input))
}

/** Mean and variance exp(·) + 1e-4 of q(z | x) from log(1 + counts) and covariates, or of q(z | x, shift). */
export function encode<T>(
  pass: LayerPass<T>,
  body: BodyShape,
  input: EncoderInput<T>,
  shift?: T,
): Posterior<T> {
  const ofShift =
    shift === undefined ? shift : pass.operations.dense(shift, pass.parameter(shiftWeight), null)
  const trunk = perceptron(pass, hiddenShape(body), input.logCounts, input, ofShift)
  return {
    mean: pass.observe('latent.mean', linear(pass, 'encoder.mean', trunk)),
    variance: pass.observe(
      'latent.variance',
      pass.operations.variance(linear(pass, 'encoder.logVariance', trunk), varianceFloor),
    ),
  }
}
