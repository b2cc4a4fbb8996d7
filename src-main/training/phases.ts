import { withModel, type ModelRecipe } from '@contract/recipe'
import { publishedAdam, type AdamSettings } from '../compute/adam'
import type { Model } from '../compute/model'
import { logInverseDispersionTensor } from '../models/decoder'
import { createModel, type ScreenSize } from '../models/createModel'
import { maskLogitTensor, shiftTensor } from '../models/maskedShift'
import type { ModelStage } from '../models/stages'
import { learningRateAt } from './schedule'

/** A part of a run with a model and a schedule of its own. */
export interface Phase {
  /** Counted from 1. */
  readonly number: number
  readonly isLast: boolean
  readonly model: Model
  /** Epochs of the run before this phase. */
  readonly epochsBefore: number
  readonly epochs: number
  /** Epochs of this phase over which the KL term is turned on. */
  readonly warmUp: number
  readonly learningRate: number
  readonly finalLearningRate: number | null
  /** What the settings of Adam that depend on the scale of the loss (ε and L2) are multiplied by. */
  readonly lossScale: number
}

/**
 * The phase of a run in which so many epochs are done: the start, an iVAE where every perturbation shifts every latent,
 * or the model itself. The loss of the iVAE is a mean over cells where that of sVAE+ is n times a mean. Only the joint
 * stage has a start: the others go on with values that were trained.
 */
export function phaseAfter(
  configuration: ModelRecipe,
  size: ScreenSize,
  epochsDone: number,
  stage: ModelStage = 'joint',
): Phase {
  const { epochs, warmUp, learningRate, finalLearningRate } = configuration
  const start = stage === 'joint' ? configuration.start : null
  if (start && epochsDone < start.epochs) {
    const ivae: ModelRecipe = { ...withModel(configuration, 'ivae'), form: 'paper' }
    const model = createModel(ivae, size)
    return { ...start, number: 1, isLast: false, model, epochsBefore: 0, lossScale: 1 / size.trainingCells }
  }
  const epochsBefore = start?.epochs ?? 0
  return {
    number: start ? 2 : 1,
    isLast: true,
    model: createModel(configuration, size, stage),
    epochsBefore,
    epochs: epochs - epochsBefore,
    warmUp,
    learningRate,
    finalLearningRate,
    lossScale: 1,
  }
}

/**
 * Settings of Adam for a step of a phase.
 * @param epoch epochs of the run that are done, with the fraction of the present one
 */
export function adamAt(phase: Phase, shiftRate: number, epoch: number): AdamSettings {
  const { epochsBefore, epochs, learningRate, finalLearningRate, lossScale } = phase
  return {
    ...publishedAdam,
    learningRate: learningRateAt((epoch - epochsBefore) / epochs, learningRate, finalLearningRate),
    epsilon: publishedAdam.epsilon * lossScale,
    weightDecay: publishedAdam.weightDecay * lossScale,
    rateFactors: {
      [shiftTensor]: shiftRate,
      [maskLogitTensor]: shiftRate,
      [logInverseDispersionTensor]: shiftRate,
    },
  }
}
