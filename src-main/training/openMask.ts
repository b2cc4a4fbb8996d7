import { modelPresets, type ModelRecipe } from '@contract/recipe'
import type { RunMetrics } from '@contract/run'
import { startingMaskLogit } from '../models/maskedShift'
import { batchesPerEpoch } from './batches'
import { learningRateAt } from './schedule'

/** Share of the possible edges from which a mask counts as still open. */
const openShare = 0.95
/** Steps go to and fro: a mask that could not have gone twice the way from its start to no edge had no time. */
const timesTheWay = 2

type Configuration = Pick<
  ModelRecipe,
  'epochs' | 'batchSize' | 'learningRate' | 'finalLearningRate' | 'shiftRate' | 'start'
>

/**
 * How far a logit of the mask can have moved: Adam moves it by at most about the learning rate a step. Epochs of a start
 * have no mask.
 */
function farthestMove(
  { epochs, learningRate, finalLearningRate, shiftRate, start }: Configuration,
  epochsDone: number,
  batches: number,
): number {
  const before = start?.epochs ?? 0
  let move = 0
  for (let epoch = before; epoch < epochsDone; epoch++) {
    const done = (epoch - before) / (epochs - before)
    move += batches * shiftRate * learningRateAt(done, learningRate, finalLearningRate)
  }
  return move
}

/**
 * What to say of a run that ended before its mask could thin out, with what to do; null for any other. Every edge starts
 * out present, so that the graph of such a run holds nearly all of them whatever the cells say.
 */
export function openMaskNotice(
  configuration: Configuration,
  { epochs, edges, possibleEdges }: Pick<RunMetrics, 'epochs' | 'edges' | 'possibleEdges'>,
  trainingCells: number,
): string | null {
  if (edges === null || !possibleEdges || edges < openShare * possibleEdges) return null
  const { batchSize, learningRate, shiftRate, start } = configuration
  const batches = batchesPerEpoch(trainingCells, batchSize)
  const wanted = timesTheWay * startingMaskLogit
  if (farthestMove(configuration, epochs, batches) >= wanted) return null

  const enough = (start?.epochs ?? 0) + Math.ceil(wanted / (batches * shiftRate * learningRate))
  const { quick } = modelPresets
  const quickBatches = batchesPerEpoch(trainingCells, quick.batchSize)
  const quickIsEnough = quick.epochs * quickBatches * quick.learningRate >= wanted
  return [
    `${edges === possibleEdges ? `All ${edges}` : `${edges} of ${possibleEdges}`} possible edges are there because the mask has not had time to thin out: every edge starts out present, and training was too short to remove any.`,
    'Which edges are real cannot be told from this run.',
    `To see, train for ${enough} epochs or more, or take ${quickIsEnough ? 'the preset "Quick look" (quick), whose steps are larger' : 'a larger learning rate'}.`,
  ].join(' ')
}
