import type { Run } from '@contract/run'
import type { FigureTable } from '../../charts/figureTable'

/** All settings and outcomes of the runs, one row each. */
export function compareTable(runs: readonly Run[]): FigureTable {
  const titled = (key: string) => ({ key, title: key })
  return {
    columns: [
      'run',
      'created_at',
      'model',
      'latents',
      'seed',
      'epochs_at_most',
      'warm_up',
      'patience',
      'alpha',
      'batch_size',
      'learning_rate',
      'device',
      'screen_sha256',
      'epochs_done',
      'best_epoch',
      'edges',
      'possible_edges',
      'latents_in_use',
      'train_negative_elbo',
      'validation_negative_elbo',
      'training_seconds',
      'peak_memory_bytes',
    ].map(titled),
    rows: runs.map(({ id, createdAt, configuration, screenSha256, epochsDone, metrics, device }) => [
      id,
      createdAt,
      configuration.model,
      configuration.latents,
      configuration.seed,
      configuration.epochs,
      configuration.warmUp,
      configuration.patience,
      configuration.alpha,
      configuration.batchSize,
      configuration.learningRate,
      device?.name ?? configuration.device,
      screenSha256,
      epochsDone,
      metrics?.bestEpoch ?? null,
      metrics?.edges ?? null,
      metrics?.possibleEdges ?? null,
      metrics?.latentsInUse ?? null,
      metrics?.trainNegativeElbo ?? null,
      metrics?.validationNegativeElbo ?? null,
      metrics?.trainingSeconds ?? null,
      metrics?.peakMemoryBytes ?? null,
    ]),
  }
}
