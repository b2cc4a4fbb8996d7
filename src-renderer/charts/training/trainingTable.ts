import type { EpochRecord } from '@contract/run'
import type { FigureTable } from '../figureTable'

/** The epochs of a run, one row each; the same figures as `history.csv`. */
export function trainingTable(epochs: readonly EpochRecord[]): FigureTable {
  return {
    columns: [
      { key: 'epoch', title: 'Epoch' },
      { key: 'seconds', title: 'Time (s)' },
      { key: 'kl_weight', title: 'KL weight' },
      { key: 'train_negative_elbo', title: 'Training negative ELBO (nats per cell)' },
      { key: 'train_reconstruction', title: 'Training reconstruction (nats per cell)' },
      { key: 'train_kl', title: 'Training KL (nats per cell)' },
      { key: 'validation_negative_elbo', title: 'Validation negative ELBO (nats per cell)' },
      { key: 'validation_reconstruction', title: 'Validation reconstruction (nats per cell)' },
      { key: 'validation_kl', title: 'Validation KL (nats per cell)' },
      { key: 'sparsity', title: 'Sparsity term (nats)' },
      { key: 'edges', title: 'Edges' },
    ],
    rows: epochs.map((record) => [
      record.epoch,
      record.seconds,
      record.klWeight,
      record.trainNegativeElbo,
      record.trainReconstruction,
      record.trainKl,
      record.validationNegativeElbo,
      record.validationReconstruction,
      record.validationKl,
      record.sparsity,
      record.edges,
    ]),
  }
}
