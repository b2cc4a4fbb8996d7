import {
  linear,
  linearTensors,
  perceptron,
  perceptronTensors,
  type LayerPass,
  type LayerTensors,
} from './layers'
import type { BodyShape } from './body'

/** Smallest variance of q(z | x). */
const varianceFloor = 1e-4

function hiddenShape(body: BodyShape) {
  const { hidden, layers, batchNorm, dropout } = body
  return { name: 'encoder', inputs: body.genes, hidden, layers, batchNorm, dropout }
}

/** One trunk, two heads: mean and log-variance of q(z | x). */
export function encoderTensors(body: BodyShape): LayerTensors {
  const trunk = perceptronTensors(hiddenShape(body))
  return {
    ...trunk,
    parameters: [
      ...trunk.parameters,
      ...linearTensors('encoder.mean', body.hidden, body.latents),
      ...linearTensors('encoder.logVariance', body.hidden, body.latents),
    ],
  }
}

/** Mean of q(z | x) from log(1 + counts): cells × genes → cells × latents. */
export function encodeMean<T>(pass: LayerPass<T>, body: BodyShape, logCounts: T): T {
  return linear(pass, 'encoder.mean', perceptron(pass, hiddenShape(body), logCounts))
}

/** Mean and variance exp(·) + 1e-4 of q(z | x) from log(1 + counts). */
export function encode<T>(pass: LayerPass<T>, body: BodyShape, logCounts: T): { mean: T; variance: T } {
  const trunk = perceptron(pass, hiddenShape(body), logCounts)
  return {
    mean: pass.observe('latent.mean', linear(pass, 'encoder.mean', trunk)),
    variance: pass.observe(
      'latent.variance',
      pass.operations.variance(linear(pass, 'encoder.logVariance', trunk), varianceFloor),
    ),
  }
}
