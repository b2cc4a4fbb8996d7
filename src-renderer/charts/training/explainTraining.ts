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

  if (!ended && last.epoch <= configuration.warmUp) {
    sentences.push(chartsText.inWarmUp(last.epoch, configuration.warmUp))
  } else if (best) {
    const record = validated ? chartsText.bestValidation : chartsText.bestTraining
    sentences.push(record(best.epoch, last.epoch - best.epoch))
  }
  if (state === 'done') {
    sentences.push(stoppedBecause ?? chartsText.ranAll(last.epoch), chartsText.lastKept)
  } else if (!ended) {
    if (!validated) sentences.push(chartsText.noValidation)
    else if (configuration.patience === null) sentences.push(chartsText.noEarlyStop(configuration.epochs))
    else sentences.push(chartsText.earlyStop(configuration.patience, configuration.epochs))
  } else if (stoppedBecause !== null) sentences.push(stoppedBecause)
  return sentences.join(' ')
}
