import type { StudyRecord } from './record'

/** A figure that is read from the record of a run. */
export interface Measure {
  readonly label: string
  /** As told in the files' heads. */
  readonly meaning: string
  /** Decimals in tables for people. */
  readonly decimals: number
  /** Null where the run has none. */
  readonly of: (record: StudyRecord) => number | null
}

type GraphScore = 'precision' | 'recall' | 'f1'

/**
 * A score of the graph as the publication has it. That of iVAE, whose mask is learnt too but stays full, is the graph
 * with all edges; precision is then the share of edges that exist.
 */
function asPublished({ evaluation, simulated }: StudyRecord, score: GraphScore): number | null {
  if (evaluation.model !== 'ivae') return evaluation.graph?.asPublished[score] ?? null
  const precision = simulated.edges / (simulated.perturbations * simulated.latents)
  return { precision, recall: 1, f1: (2 * precision) / (1 + precision) }[score]
}

const publishedRule = 'latents matched by signed correlation, all perturbations counted'
const ownRule = 'latents matched by absolute correlation, trained perturbations only'

export const measures = {
  pearson: {
    label: 'Pearson MCC',
    meaning: 'mean correlation of matched latents on training cells',
    decimals: 3,
    of: ({ evaluation }) => evaluation.recovery?.trainingCells.pearson ?? null,
  },
  heldOutPearson: {
    label: 'Pearson MCC, held out',
    meaning: 'the same on the cells of held-out perturbations',
    decimals: 3,
    of: ({ evaluation }) => evaluation.recovery?.heldOutCells?.pearson ?? null,
  },
  spearman: {
    label: 'Spearman MCC',
    meaning: 'mean rank correlation of matched latents on training cells',
    decimals: 3,
    of: ({ evaluation }) => evaluation.recovery?.trainingCells.spearman ?? null,
  },
  rSquared: {
    label: 'R²',
    meaning: 'of a linear map from learned to true latents on training cells',
    decimals: 3,
    of: ({ evaluation }) => evaluation.recovery?.trainingCells.rSquared ?? null,
  },
  publishedPrecision: {
    label: 'Precision, as published',
    meaning: `of the graph: ${publishedRule}`,
    decimals: 2,
    of: (record) => asPublished(record, 'precision'),
  },
  publishedRecall: {
    label: 'Recall, as published',
    meaning: `of the graph: ${publishedRule}`,
    decimals: 2,
    of: (record) => asPublished(record, 'recall'),
  },
  publishedF1: {
    label: 'F1, as published',
    meaning: `of the graph: ${publishedRule}`,
    decimals: 2,
    of: (record) => asPublished(record, 'f1'),
  },
  precision: {
    label: 'Precision',
    meaning: `of the graph: ${ownRule}`,
    decimals: 3,
    of: ({ evaluation }) => evaluation.graph?.scores.precision ?? null,
  },
  recall: {
    label: 'Recall',
    meaning: `of the graph: ${ownRule}`,
    decimals: 3,
    of: ({ evaluation }) => evaluation.graph?.scores.recall ?? null,
  },
  f1: {
    label: 'F1',
    meaning: `of the graph: ${ownRule}`,
    decimals: 3,
    of: ({ evaluation }) => evaluation.graph?.scores.f1 ?? null,
  },
  interventional: {
    label: 'Interventional NLL',
    meaning: 'nats per held-out cell after transfer, mean over held-out perturbations',
    decimals: 2,
    of: ({ evaluation }) => evaluation.transfer?.mean.after.value ?? null,
  },
  trainingSeconds: {
    label: 'Training, s',
    meaning: 'seconds of training, without the transfer protocol',
    decimals: 0,
    of: ({ seconds }) => seconds.training,
  },
  evaluationSeconds: {
    label: 'Evaluation, s',
    meaning: 'seconds of the transfer protocol and of importance weighting',
    decimals: 0,
    of: ({ seconds }) => seconds.evaluation,
  },
} as const satisfies Record<string, Measure>
export type MeasureName = keyof typeof measures
