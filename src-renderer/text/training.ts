import type { Run, RunState } from '@contract/run'
import { countOf } from '../format/numbers'
import { formatMoment } from '../format/dates'
import { modelNamesShown } from './models'

export const runStatesShown: Record<RunState, string> = {
  queued: 'Waiting',
  running: 'Running',
  paused: 'Paused',
  interrupted: 'Interrupted',
  done: 'Done',
  failed: 'Failed',
}

/** What a run is called in lists: `sVAE+ · 15 latents · seed 0`, with content latents `15 latents + 4 content`. */
export function runTitle({ configuration }: Pick<Run, 'configuration'>): string {
  const { model, latents, contentLatents, seed } = configuration
  const content = contentLatents === 0 ? '' : ` + ${contentLatents} content`
  return `${modelNamesShown[model]} · ${countOf(latents, 'latent')}${content} · seed ${seed}`
}

/** A run's name with the moment it was begun, which tells equal ones apart. */
export function runTitleWithMoment(run: Pick<Run, 'configuration' | 'createdAt'>): string {
  return `${runTitle(run)} · ${formatMoment(run.createdAt)}`
}

export const trainingText = {
  question: 'Is training going well?',
  lead: 'Models train one after another. A run can be paused and resumed without losing anything.',
  runs: 'Runs',
  none: 'No run yet',
  noneHint: 'Choose one or more models and start training.',
  toModels: 'Choose models',
  noResultYet: 'No run is done yet.',
  epochs: 'Epochs',
  epochsOf: (done: number, all: number) => `${done} of ${all}`,
  epochsMeaning: 'How often the model has seen every training cell, out of how often it may.',
  loss: 'Validation loss',
  trainLoss: 'Training loss',
  lossMeaning:
    'Negative evidence lower bound of the last epoch on cells kept for validation; lower is better.',
  trainLossMeaning: 'Negative evidence lower bound of the last epoch on training cells; lower is better.',
  lossUnit: 'nats per cell',
  edges: 'Edges',
  edgesMeaning: 'Pairs of perturbation and latent with an edge probability over 0.5 after the last epoch.',
  perEpoch: 'Time an epoch',
  perEpochMeaning: 'Mean over the last ten epochs.',
  pause: 'Pause',
  resume: 'Resume',
  finish: 'Finish now',
  finishMeaning: 'Ends after this epoch and keeps the result.',
  cancel: 'Cancel',
  cancelTitle: 'Cancel this run?',
  cancelConsequence: (epochs: number) =>
    epochs === 0
      ? 'The run leaves the queue and is kept as paused: it can be resumed or deleted.'
      : `Training stops after ${countOf(epochs, 'epoch')} and the run is kept as paused: it can be resumed or deleted.`,
  cancelAction: 'Cancel the run',
  remove: 'Delete',
  removeTitle: 'Delete this run?',
  removeConsequence: (name: string) =>
    `${name}: its history, checkpoints and results are deleted from the project folder. Files exported elsewhere stay. This cannot be undone.`,
  removeAction: 'Delete the run',
  results: 'Show results',
  waiting: 'Waits for its turn: models train one after another.',
  paused: 'Paused. Everything up to the last checkpoint is kept; resuming goes on from there.',
  interrupted:
    'Training was interrupted. Resuming goes on from the last checkpoint and gives the same result.',
  loadingHistory: 'Reading the history of the run',
} as const
