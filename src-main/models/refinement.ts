import type { ModelState } from '../compute/executor'
import type { Model, NamedTensors } from '../compute/model'
import { batchNormEpsilon } from '../compute/operations'
import type { LayerPass } from './layers'
import { withNewOptimiser } from './stages'

/** What is trained: the mean and log-variance of q(z | x, a) of each cell, cells × latents. */
export const refinedMeanTensor = 'refined.mean'
export const refinedLogVarianceTensor = 'refined.logVariance'
const priorMeanTensor = 'refined.priorMean'

const reparameterisation = 'reparameterisation'

/** Where refinement starts, and the prior it is drawn to; cells × latents each. */
export interface RefinementStart {
  readonly mean: Float32Array
  readonly logVariance: Float32Array
  readonly priorMean: Float32Array
}

/** Layers without BatchNorm: `foldedParameters` have it in their weights. */
function withoutNormalisation<T>({ operations, parameter, observe }: LayerPass<T>): LayerPass<T> {
  return { operations: { ...operations, batchNorm: (_layer, input) => input }, parameter, observe }
}

/**
 * The decoder of a trained model as a model of its own, of which nothing is trained but the latents of so many cells:
 *
 *   Σ over cells (-log p(x | z) + KL(N(m, v) ‖ N(prior mean, 1))),  z ~ N(m, v),  v = exp(log-variance)
 *
 * Every cell stands as a perturbation of its own in the design, so that the latents of a batch are rows of a table and
 * every executor can train them. BatchNorm acts with its running statistics in every mode (see `foldedParameters`).
 */
export function refinement(model: Model, cells: number): Model {
  const shape = [cells, model.latents]
  const start = { kind: 'constant', value: 0 } as const
  return {
    name: `${model.name}, latents of single cells`,
    genes: model.genes,
    latents: model.latents,
    shiftedLatents: model.shiftedLatents,
    perturbations: cells,
    covariateLevels: model.covariateLevels,
    addsParts: false,
    parameters: [
      ...model.parameters.map((parameter) => ({ ...parameter, trained: false })),
      { name: refinedMeanTensor, shape, start, trained: true },
      { name: refinedLogVarianceTensor, shape, start, trained: true },
      { name: priorMeanTensor, shape, start, trained: false },
    ],
    statistics: [],
    noise: [
      {
        name: reparameterisation,
        purpose: 'refinement',
        index: 0,
        distribution: { kind: 'normal' },
        rows: 'cells',
        columns: model.latents,
        trainingOnly: false,
      },
    ],
    loss: (pass) => {
      const { operations, parameter, input } = pass
      const ofCells = (name: string) => operations.selectRows(input.design, parameter(name))
      const mean = ofCells(refinedMeanTensor)
      const variance = operations.variance(ofCells(refinedLogVarianceTensor), 0)
      const latents = operations.sampleGaussian(mean, variance, input.noise(reparameterisation))
      const logLikelihood = model.logLikelihood(withoutNormalisation(pass), latents, input)
      const kl = operations.gaussianKl(mean, variance, ofCells(priorMeanTensor))
      const loss = operations.weightedSum([
        { term: logLikelihood, weight: -1 },
        { term: kl, weight: 1 },
      ])
      return { loss, logLikelihood, kl, sparsity: null }
    },
    encode: (pass, input) => model.encode(withoutNormalisation(pass), input),
    posterior: null,
    logLikelihood: (pass, latents, input) => model.logLikelihood(withoutNormalisation(pass), latents, input),
    mechanismTensors: [],
    mechanisms: () => null,
  }
}

/**
 * Parameters of a model whose BatchNorm, with its running statistics, is part of the linear layer before it: with
 * r = scale / √(variance + ε), weight ← r · weight and bias ← r · (bias - mean) + offset.
 */
export function foldedParameters({ parameters, statistics }: ModelState): NamedTensors {
  const folded: Record<string, Float32Array> = { ...parameters }
  for (const [statistic, variance] of Object.entries(statistics)) {
    if (!statistic.endsWith('.runningVariance')) continue
    const layer = statistic.slice(0, -'.runningVariance'.length)
    const [scale, offset] = [parameters[`${layer}.scale`], parameters[`${layer}.offset`]]
    const mean = statistics[`${layer}.runningMean`]
    const ratio = scale.map((value, unit) => value / Math.sqrt(variance[unit] + batchNormEpsilon))
    // Levels of covariates are further inputs of the first layer: rows of a table whose columns are units.
    const covariates = `${layer.replace(/\.layer0$/, '')}.covariates.weight`
    if (covariates in parameters) {
      folded[covariates] = parameters[covariates].map((value, at) => value * ratio[at % ratio.length])
    }
    const weight = parameters[`${layer}.weight`]
    const inputs = weight.length / ratio.length
    folded[`${layer}.weight`] = weight.map((value, at) => value * ratio[Math.floor(at / inputs)])
    folded[`${layer}.bias`] = parameters[`${layer}.bias`].map(
      (value, unit) => ratio[unit] * (value - mean[unit]) + offset[unit],
    )
  }
  return folded
}

/** The values with which the refinement of some cells starts. @param folded as `foldedParameters` gives them */
export function refinementState(refined: Model, folded: NamedTensors, start: RefinementStart): ModelState {
  const parameters = {
    ...folded,
    [refinedMeanTensor]: start.mean,
    [refinedLogVarianceTensor]: start.logVariance,
    [priorMeanTensor]: start.priorMean,
  }
  return withNewOptimiser(refined, parameters, {})
}
