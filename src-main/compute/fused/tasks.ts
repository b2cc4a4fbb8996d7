import { drawNoise } from './noiseTasks'
import { dense, denseBackward } from './denseTasks'
import { activation, activationBackward, batchNorm, batchNormBackward } from './hiddenTasks'
import {
  elementwise,
  elementwiseBackward,
  gaussianKl,
  gaussianKlBackward,
  logitOf,
  selectRows,
  selectRowsBackward,
} from './latentTasks'
import { maskedGaussianKl, maskedGaussianKlBackward } from './maskedTasks'
import { isOutputLayer, negativeBinomial, outputLayerBackward } from './outputTasks'
import { penalty, penaltyBackward } from './penaltyTasks'
import type { PlanBuilder } from './plan'
import type { Node } from './recording'

/** Writes down how a node is computed. */
export function computeNode(builder: PlanBuilder, node: Node): void {
  const { operation } = node
  switch (operation.kind) {
    case 'parameter':
    case 'logCounts':
    case 'counts':
    case 'design':
    case 'covariates':
    case 'latents':
    case 'weightedSum':
      return
    case 'noise':
      if (builder.request.drawsNoise) drawNoise(builder, node, operation)
      return
    case 'dense':
      dense(builder, node, operation)
      return
    case 'batchNorm':
      batchNorm(builder, node, operation)
      return
    case 'relu':
    case 'leakyRelu':
    case 'dropout':
      activation(builder, node, operation)
      return
    case 'negativeBinomial':
      negativeBinomial(builder, node, operation)
      return
    case 'betaPenalty':
    case 'bernoulliKl':
    case 'probabilitySum':
      penalty(builder, node, operation)
      return
    case 'maskedGaussianKl':
      maskedGaussianKl(builder, node, operation)
      return
    case 'gaussianKl':
      gaussianKl(builder, node, operation)
      return
    case 'selectRows':
      selectRows(builder, node, operation)
      return
    case 'variance':
    case 'sampleGaussian':
    case 'zeros':
    case 'straightThroughSigmoid':
    case 'multiply':
    case 'add':
    case 'gaussianLogRatio':
    case 'bernoulliLogRatio':
      elementwise(builder, node, operation)
  }
}

/** Writes down how the gradient by a node is handed to those it was computed from. */
export function propagate(builder: PlanBuilder, node: Node): void {
  if (!builder.needsGradient(node)) return
  const { operation } = node
  switch (operation.kind) {
    case 'negativeBinomial':
      outputLayerBackward(builder, node, operation)
      return
    case 'maskedGaussianKl':
      maskedGaussianKlBackward(builder, node, operation)
      return
    case 'gaussianKl':
      gaussianKlBackward(builder, node, operation)
      return
    case 'betaPenalty':
    case 'bernoulliKl':
    case 'probabilitySum':
      penaltyBackward(builder, node, operation)
      return
    case 'dense':
      if (!isOutputLayer(builder, node)) denseBackward(builder, node, operation)
      return
    case 'batchNorm':
      batchNormBackward(builder, node, operation)
      return
    case 'relu':
    case 'leakyRelu':
    case 'dropout':
      activationBackward(builder, node, operation)
      return
    case 'selectRows':
      selectRowsBackward(builder, node, operation)
      return
    case 'variance':
      elementwiseBackward(builder, node, operation.input, 'varianceBackward', [operation.input])
      return
    case 'sampleGaussian':
      elementwiseBackward(builder, node, operation.mean, 'copyGradient', [])
      elementwiseBackward(builder, node, operation.variance, 'sampleBackward', [
        operation.variance,
        operation.noise,
      ])
      return
    case 'straightThroughSigmoid':
      elementwiseBackward(builder, node, operation.logits, 'drawMaskBackward', [
        operation.logits,
        operation.noise,
      ])
      return
    case 'multiply':
      elementwiseBackward(builder, node, operation.a, 'multiply', [operation.b])
      elementwiseBackward(builder, node, operation.b, 'multiply', [operation.a])
      return
    case 'add':
      elementwiseBackward(builder, node, operation.a, 'copyGradient', [])
      elementwiseBackward(builder, node, operation.b, 'copyGradient', [])
      return
    case 'gaussianLogRatio':
      elementwiseBackward(builder, node, operation.sample, 'multiply', [operation.sample])
      elementwiseBackward(builder, node, operation.variance, 'gaussianLogRatioByVariance', [
        operation.variance,
      ])
      return
    case 'bernoulliLogRatio':
      elementwiseBackward(
        builder,
        node,
        operation.mask,
        'bernoulliLogRatioByMask',
        [operation.logits],
        [logitOf(operation.priorProbability)],
      )
      elementwiseBackward(builder, node, operation.logits, 'bernoulliLogRatioByLogits', [
        operation.mask,
        operation.logits,
      ])
      return
    case 'parameter':
    case 'logCounts':
    case 'counts':
    case 'design':
    case 'covariates':
    case 'noise':
    case 'latents':
    case 'zeros':
    case 'weightedSum':
      return
  }
}
