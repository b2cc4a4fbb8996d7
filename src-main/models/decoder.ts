import {
  linear,
  linearTensors,
  perceptron,
  perceptronTensors,
  type LayerPass,
  type LayerTensors,
} from './layers'
import type { BodyShape } from './body'

function hiddenShape(body: BodyShape) {
  const { hidden, layers, batchNorm } = body
  return { name: 'decoder', inputs: body.latents, hidden, layers, batchNorm, dropout: 0 }
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
        name: 'decoder.logInverseDispersion',
        shape: [body.genes],
        start: { kind: 'normal' },
        trained: true,
      },
    ],
  }
}

/** Log-likelihood of each cell's counts given its latents: cells × latents, cells × genes → cells. */
export function logLikelihood<T>(pass: LayerPass<T>, body: BodyShape, latents: T, counts: T): T {
  const trunk = perceptron(pass, hiddenShape(body), latents)
  const logits = pass.observe('decoder.logits', linear(pass, 'decoder.output', trunk))
  return pass.operations.negativeBinomial(logits, pass.parameter('decoder.logInverseDispersion'), counts)
}
