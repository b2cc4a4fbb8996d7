import {
  linear,
  linearTensors,
  perceptron,
  perceptronTensors,
  type LayerPass,
  type LayerTensors,
} from './layers'
import type { LikelihoodInput } from '../compute/model'
import { allLatents, type BodyShape } from './body'

export const logInverseDispersionTensor = 'decoder.logInverseDispersion'

/** Least mean of a count under a residual decoder. */
const residualMeanFloor = 1e-4

function hiddenShape(body: BodyShape) {
  const { covariateLevels, hidden, layers, batchNorm, residual } = body
  return {
    name: 'decoder',
    inputs: allLatents(body),
    covariateLevels,
    hidden,
    layers,
    batchNorm,
    residual,
    dropout: 0,
  }
}

/** Perceptron, output layer, and one log inverse dispersion for each gene. */
export function decoderTensors(body: BodyShape): LayerTensors {
  const trunk = perceptronTensors(hiddenShape(body))
  return {
    ...trunk,
    parameters: [
      ...trunk.parameters,
      ...linearTensors('decoder.output', body.hidden, body.genes),
      {
        name: logInverseDispersionTensor,
        shape: [body.genes],
        start: { kind: 'normal' },
        trained: true,
      },
    ],
  }
}

/** Log-likelihood of each cell's counts given its latents and covariates: cells × latents, cells × genes → cells. */
export function logLikelihood<T>(
  pass: LayerPass<T>,
  body: BodyShape,
  latents: T,
  input: LikelihoodInput<T>,
): T {
  const trunk = perceptron(pass, hiddenShape(body), latents, input)
  const logits = pass.observe('decoder.logits', linear(pass, 'decoder.output', trunk))
  const logInverseDispersion = pass.parameter(logInverseDispersionTensor)
  const meanFloor = body.residual ? residualMeanFloor : 0
  return pass.operations.negativeBinomial(logits, logInverseDispersion, input.counts, meanFloor)
}
