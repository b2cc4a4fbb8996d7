import { zerosLike, type Tensor } from '@tensorflow/tfjs-core'
import type { Operations } from '../operations'
import type { GraphKernels } from './graphBackend'
import * as layers from './layers'
import * as probability from './probability'
import type { Tape, Value } from './tape'

/** Statistics of the batches that a training pass went through, by layer. */
export type SeenStatistics = Map<string, layers.BatchStatistics>

/**
 * The operations of one pass on tfjs tensors.
 * @param kernels what the backend does with code of its own
 * @param running tensors of the running statistics by name, for evaluation
 * @param seen collects batch statistics while training; null for a pass with running statistics and no dropout
 */
export function graphOperations(
  tape: Tape,
  kernels: GraphKernels,
  running: (name: string) => Tensor,
  seen: SeenStatistics | null,
): Operations<Value> {
  return {
    dense: (input, weight, bias) => layers.dense(tape, input, weight, bias),
    batchNorm: (layer, input, scale, offset) => {
      if (!seen) {
        return layers.batchNormEvaluation(tape, input, scale, offset, {
          mean: running(`${layer}.runningMean`),
          variance: running(`${layer}.runningVariance`),
        })
      }
      const { output, statistics } = layers.batchNormTraining(tape, input, scale, offset)
      seen.set(layer, statistics)
      return output
    },
    relu: (input) => layers.relu(tape, input),
    leakyRelu: (input, slope) => layers.leakyRelu(tape, input, slope),
    dropout: (input, keepMask, rate) => (seen ? layers.dropout(tape, input, keepMask().tensor, rate) : input),
    variance: (logVariance, floor) => layers.variance(tape, logVariance, floor),
    sampleGaussian: (mean, variance, noise) => probability.sampleGaussian(tape, mean, variance, noise),
    gaussianKl: (mean, variance, priorMean) => probability.gaussianKl(tape, mean, variance, priorMean),
    maskedGaussianKl: (mean, variance, shift, maskLogits) =>
      probability.maskedGaussianKl(tape, mean, variance, shift, maskLogits),
    gaussianLogRatio: (sample, variance, noise) =>
      probability.gaussianLogRatio(tape, sample, variance, noise),
    zerosLike: (input) => tape.constant(zerosLike(input.tensor)),
    negativeBinomial: (logits, logInverseDispersion, counts, meanFloor) =>
      kernels.negativeBinomial(tape, logits, logInverseDispersion, counts, meanFloor),
    selectRows: (design, matrix) => layers.selectRows(tape, design, matrix),
    straightThroughSigmoid: (logits, noise) => probability.straightThroughSigmoid(tape, logits, noise),
    multiply: (a, b) => layers.multiply(tape, a, b),
    add: (a, b) => layers.sum(tape, a, b),
    betaPenalty: (logits, alpha) => probability.betaPenalty(tape, logits, alpha),
    bernoulliKl: (logits, priorLogits, presentOnly) =>
      probability.bernoulliKl(tape, logits, priorLogits, presentOnly),
    probabilitySum: (logits) => probability.probabilitySum(tape, logits),
    bernoulliLogRatio: (mask, logits, priorProbability) =>
      probability.bernoulliLogRatio(tape, mask, logits, priorProbability),
    weightedSum: (terms) => probability.weightedSum(tape, terms),
  }
}
