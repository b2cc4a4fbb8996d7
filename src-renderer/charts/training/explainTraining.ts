import type { Run } from '@contract/run'
import { chartsText } from '../../text/charts'
import { bestEpoch, type CurvesOf } from './trainingOption'

/**
 * What the curves say, in words: how far training is, when the validation last improved, and why it ended or when it
 * will.
 */
export function explainTraining(
  curves: CurvesOf,
  state: Run['state'],
  stoppedBecause: string | null,
): string {
  const { epochs, configuration } = curves
  const last = epochs.at(-1)
  if (!last) return chartsText.noEpochYet
  const sentences: string[] = []
  const validated = last.validationNegativeElbo !== null
  const best = bestEpoch(curves)
  const ended = state === 'done' || state === 'failed'

  const { start } = configuration
  const inStart = start !== null && last.phase === 1
  const epochInPhase = last.epoch - (inStart ? 0 : (start?.epochs ?? 0))

  if (!ended && start && inStart) sentences.push(chartsText.inStart(last.epoch, start.epochs))
  if (!ended && last.klWeight < 1) {
    sentences.push(chartsText.inWarmUp(epochInPhase, inStart ? start.warmUp : configuration.warmUp))
  } else if (best) {
    const record = validated ? chartsText.bestValidation : chartsText.bestTraining
    sentences.push(record(best.epoch, last.epoch - best.epoch))
  }
  if (state === 'done') {
    sentences.push(stoppedBecause ?? chartsText.ranAll(last.epoch), chartsText.lastKept)
  } else if (!ended) {
    if (!validated) sentences.push(chartsText.noValidation)
    else if (configuration.patience === null) sentences.push(chartsText.noEarlyStop(configuration.epochs))
    else {
      // A model without edges has none to wait for.
      const waitsForEdges = configuration.stopWhen === 'lossAndEdgesRest' && (inStart || last.edges !== null)
      const end = waitsForEdges ? chartsText.earlyStopWithEdges : chartsText.earlyStop
      sentences.push(end(configuration.patience, configuration.epochs))
    }
  } else if (stoppedBecause !== null) sentences.push(stoppedBecause)
  return sentences.join(' ')
}
