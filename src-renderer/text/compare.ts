import type { BaselineName, BaselineRow } from '@contract/baselines'
import { countOf, formatCount } from '../format/numbers'

export const compareText = {
  question: 'How do the runs differ?',
  lead: 'Runs that are done and simple rows side by side: settings that differ, and what came out.',
  none: 'Nothing to compare yet',
  noneHint: 'Two runs that are done can be compared: train the same model with several seeds.',
  toModels: 'Choose models',
  run: 'Run',
  screen: 'Screen',
  screens: (current: boolean) => (current ? 'present' : 'earlier'),
  screenMeaning: 'Whether the run was trained on the screen as it is prepared now.',
  same: 'The same in all',
  latentsInUse: 'Latents in use',
  epochs: 'Epochs',
  time: 'Training time',
  lowest: 'lowest',
  unknown: '–',
  model: 'Model',
  allCells: 'all cells',
  noCovariates: 'none',
  automatic: 'automatic',
  never: 'never',
  startEpochs: (epochs: number) => `iVAE, ${epochs} epochs`,
  comparable:
    'Validation negative ELBO can be compared between runs of the same model on the same screen with the same α, β, form and expected share of edges; lower is better, and the lowest of such runs is marked. Other models and weights pursue other aims: compare them by the likelihood of held-out perturbations. Latents of different runs have no common numbering: Latent 1 of one run is not Latent 1 of another.',
  table: 'Runs and simple rows',
  runs: 'Runs',
  figure: 'Figure',
  settings: 'Settings',
  moreSettings: (count: number) => `and ${formatCount(count)} more`,
  measure: 'Compare by',
  better: (better: 'lower' | 'higher') => (better === 'lower' ? 'Lower is better.' : 'Higher is better.'),
  marks: 'A dot is a run, a line the mean of several seeds, a diamond a simple row.',
  simpleRow: 'simple row, no model',
  missingTitle: 'Why simple rows have no value',
  missing: (row: string, part: string, reason: string) => `${row}, ${part}: ${reason}`,
  evaluate: (runs: number) => `Evaluate ${countOf(runs, 'run')}`,
  evaluateMeaning:
    'Measures how well each carries over to the held-out perturbations; the simple rows come with it.',
  computeBaselines: 'Compute the simple rows',
  computeBaselinesMeaning:
    'Means of control cells and of each perturbation, a linear model, and independent components: whether a model does better than these.',
  noSeeds:
    'Runs that differ only in their seed show how stable a result is: with two or more, their agreement is a column.',
  save: 'Save table',
} as const

export const measuresShown = {
  before: {
    title: 'Held-out NLL, before',
    unit: 'nats per cell',
    meaning:
      'Interventional negative log-likelihood of held-out perturbations when their cells count as control cells.',
  },
  after: {
    title: 'Held-out NLL, after',
    unit: 'nats per cell',
    meaning:
      'Interventional negative log-likelihood of held-out perturbations once their shifts, or their means in simple rows, were fitted.',
  },
  loss: {
    title: 'Validation negative ELBO',
    unit: 'nats per cell',
    meaning: 'How well the model explains cells it was not trained on. Only equal objectives compare.',
  },
  edges: {
    title: 'Edges',
    unit: '',
    meaning: 'Edges over trained perturbations. Neither more nor fewer is better.',
  },
  f1: {
    title: 'Edges recovered, F1',
    unit: '',
    meaning: 'Learned against true edges of a simulated screen, between 0 and 1.',
  },
  correlation: {
    title: 'Latents recovered, MCC',
    unit: '',
    meaning: 'Correlation of learned with true latents of a simulated screen, between 0 and 1.',
  },
  geneLists: {
    title: 'Genes recovered',
    unit: '',
    meaning: 'Share of the strongest genes of each latent that belong to its true programme.',
  },
  similarPairs: {
    title: 'Similar pairs found',
    unit: '',
    meaning: 'Average precision with which pairs of perturbations of similar true effects come first.',
  },
  ranking: {
    title: 'Agreement of latents, UDR',
    unit: '',
    meaning:
      'How alike the latents are to those of runs that differ only in their seed, between 0 and 1 (unsupervised disentanglement ranking).',
  },
  recurrence: {
    title: 'Recurrence of edges',
    unit: '',
    meaning: 'Mean share of the runs with other seeds that have the edges of this one.',
  },
} as const satisfies Record<string, { title: string; unit: string; meaning: string }>

export const baselinesShown: Record<BaselineName, { name: string; meaning: string }> = {
  'control-mean': {
    name: 'Control mean',
    meaning: 'Every cell is expected to look like the mean control cell.',
  },
  'perturbation-mean': {
    name: 'Perturbation mean',
    meaning: 'Every cell is expected to look like the mean cell of its perturbation.',
  },
  linear: {
    name: 'Linear model',
    meaning:
      'Principal components of the means of trained perturbations; held-out ones are fitted with these.',
  },
  ica: {
    name: 'ICA of effects',
    meaning: 'Independent components of the effects of perturbations, edges by permutation.',
  },
}

export const baselinePartsShown: Record<BaselineRow['missing'][number]['part'], string> = {
  transfer: 'held-out NLL',
  edges: 'edges',
  recovery: 'latents',
  graph: 'edges against the truth',
  geneLists: 'genes',
  similarPairs: 'similar pairs',
}
