import type { BaselineRow } from '@contract/baselines'
import type { Run } from '@contract/run'
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

/** What a run was and how it went, by the name of its column. */
const ofRun: readonly (readonly [key: string, value: (run: Run) => FigureValue])[] = [
  ['run', ({ id }) => id],
  ['created_at', ({ createdAt }) => createdAt],
  ['model', ({ configuration }) => configuration.model],
  ['latents', ({ configuration }) => configuration.latents],
  ['content_latents', ({ configuration }) => configuration.contentLatents],
  ['seed', ({ configuration }) => configuration.seed],
  ['epochs_at_most', ({ configuration }) => configuration.epochs],
  ['warm_up', ({ configuration }) => configuration.warmUp],
  ['patience', ({ configuration }) => configuration.patience],
  ['stop_when', ({ configuration }) => configuration.stopWhen],
  ['alpha', ({ configuration }) => configuration.alpha],
  ['beta', ({ configuration }) => configuration.beta],
  ['form', ({ configuration }) => configuration.form],
  ['edge_probability', ({ configuration }) => configuration.edgeProbability],
  ['mask', ({ configuration }) => configuration.mask],
  ['start_epochs', ({ configuration }) => configuration.start?.epochs ?? null],
  ['hidden', ({ configuration }) => configuration.hidden],
  ['dropout', ({ configuration }) => configuration.dropout],
  ['batch_size', ({ configuration }) => configuration.batchSize],
  ['learning_rate', ({ configuration }) => configuration.learningRate],
  ['final_learning_rate', ({ configuration }) => configuration.finalLearningRate],
  ['shift_rate', ({ configuration }) => configuration.shiftRate],
  ['covariates', ({ configuration }) => configuration.covariates.join(' ')],
  ['compare_within', ({ configuration }) => configuration.compareWithin.join(' ')],
  ['device', ({ configuration, device }) => device?.name ?? configuration.device],
  ['screen_sha256', ({ screenSha256 }) => screenSha256],
  ['epochs_done', ({ epochsDone }) => epochsDone],
  ['best_epoch', ({ metrics }) => metrics?.bestEpoch ?? null],
  ['possible_edges', ({ metrics }) => metrics?.possibleEdges ?? null],
  ['latents_in_use', ({ metrics }) => metrics?.latentsInUse ?? null],
  ['train_negative_elbo', ({ metrics }) => metrics?.trainNegativeElbo ?? null],
  ['training_seconds', ({ metrics }) => metrics?.trainingSeconds ?? null],
  ['peak_memory_bytes', ({ metrics }) => metrics?.peakMemoryBytes ?? null],
]

/** All settings and outcomes of the runs, one row each, then the simple rows. */
export function compareTable(judged: readonly JudgedRun[], baselines: readonly BaselineRow[]): FigureTable {
  const keys = ofRun.map(([key]) => key)
  const ofBaseline = (row: BaselineRow): FigureValue[] =>
    keys.map((key) => {
      if (key === 'run') return row.baseline
      return key === 'possible_edges' ? (row.edges?.possible ?? null) : null
    })
  return {
    columns: [...keys, ...measures.map(({ name }) => measureKeys[name])].map((key) => ({ key, title: key })),
    rows: [
      ...judged.map((one) => [
        ...ofRun.map(([, value]) => value(one.run)),
        ...measures.map((measure) => measure.ofRun(one)),
      ]),
      ...baselines.map((row) => [...ofBaseline(row), ...measures.map((measure) => measure.ofBaseline(row))]),
    ],
  }
}
