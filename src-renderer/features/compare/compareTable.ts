import type { BaselineRow } from '@contract/baselines'
import type { FigureTable, FigureValue } from '../../charts/figureTable'
import { measures, type JudgedRun } from './measures'

/** Columns of what came out, beside those of the table on the page. */
const measureKeys: Record<(typeof measures)[number]['name'], string> = {
  before: 'interventional_nll_before',
  after: 'interventional_nll_after',
  loss: 'validation_negative_elbo',
  edges: 'edges',
  f1: 'edge_f1',
  correlation: 'latent_mcc',
  geneLists: 'gene_list_share',
  similarPairs: 'similar_pairs_average_precision',
  ranking: 'disentanglement_ranking',
  recurrence: 'edge_recurrence',
}

/** All settings and outcomes of the runs, one row each, then the simple rows. */
export function compareTable(judged: readonly JudgedRun[], baselines: readonly BaselineRow[]): FigureTable {
  const titled = (key: string) => ({ key, title: key })
  const settings = [
    'run',
    'created_at',
    'model',
    'latents',
    'seed',
    'epochs_at_most',
    'warm_up',
    'patience',
    'alpha',
    'beta',
    'form',
    'edge_probability',
    'batch_size',
    'learning_rate',
    'device',
    'screen_sha256',
    'epochs_done',
    'best_epoch',
    'possible_edges',
    'latents_in_use',
    'train_negative_elbo',
    'training_seconds',
    'peak_memory_bytes',
  ]
  const ofBaseline = (row: BaselineRow): FigureValue[] =>
    settings.map((key) => {
      if (key === 'run') return row.baseline
      return key === 'possible_edges' ? (row.edges?.possible ?? null) : null
    })
  return {
    columns: [...settings, ...measures.map(({ name }) => measureKeys[name])].map(titled),
    rows: [
      ...judged.map((one) => [...ofRun(one), ...measures.map((measure) => measure.ofRun(one))]),
      ...baselines.map((row) => [...ofBaseline(row), ...measures.map((measure) => measure.ofBaseline(row))]),
    ],
  }
}

function ofRun({ run }: JudgedRun): FigureValue[] {
  const { id, createdAt, configuration, screenSha256, epochsDone, metrics, device } = run
  return [
    id,
    createdAt,
    configuration.model,
    configuration.latents,
    configuration.seed,
    configuration.epochs,
    configuration.warmUp,
    configuration.patience,
    configuration.alpha,
    configuration.beta,
    configuration.form,
    configuration.edgeProbability,
    configuration.batchSize,
    configuration.learningRate,
    device?.name ?? configuration.device,
    screenSha256,
    epochsDone,
    metrics?.bestEpoch ?? null,
    metrics?.possibleEdges ?? null,
    metrics?.latentsInUse ?? null,
    metrics?.trainNegativeElbo ?? null,
    metrics?.trainingSeconds ?? null,
    metrics?.peakMemoryBytes ?? null,
  ]
}
