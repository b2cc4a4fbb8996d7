import type { Evaluation } from '@contract/evaluation'
import type { HoldOutRecipe } from '@contract/recipe'
import { countOf, formatCount, formatPercent } from '../format/numbers'

export const transferText = {
  views: 'Parts of the results',
  graph: 'Target graph',
  evaluation: 'Evaluation',

  title: 'How well does the run hold up?',
  lead: 'The mask is fixed and the model trained again; then all but the shifts is frozen, and the shifts of the held-out perturbations are fitted. If the run found real processes, the cells of perturbations it never saw become more likely.',
  leadTruth: 'On a simulated screen the latents and edges of the run are also compared with the true ones.',
  evaluate: 'Evaluate',
  evaluateAgain: 'Evaluate again',
  advanced: 'Advanced',
  particles: 'Particles',
  particlesHint:
    'Draws of the latents of each cell; 5,000 as in the paper. Fewer are quicker and leave a larger standard error.',
  expected: (duration: string) => `At most about ${duration}, on the processor.`,
  expectedUnknown: 'How long it takes shows once it has begun: the run was not trained on the processor.',
  keeps: 'A cancelled evaluation goes on where its training ended.',
  loading: 'Reading the evaluation',
  evaluated: (moment: string) => `Evaluated ${moment}.`,
  otherScreenEvaluated:
    'This evaluation is of an earlier version of the prepared screen. It stays valid for that version; train again to evaluate the present one.',
  otherScreen:
    'The screen was prepared again since this run was trained, so the run cannot be evaluated any more: its cells and hold-out are no longer there.',
  notYet: 'This run has not been evaluated yet.',

  nothingHeldOut: 'No perturbation was held out',
  nothingHeldOutHint:
    'Transfer is measured on perturbations that the model has never seen. Choose some in the hold-out step, prepare the screen, and train again.',
  nothingHeldOutTruth: 'The latents and edges can still be compared with the true ones.',
  toHoldOut: 'Go to hold-out',
  toModels: 'Go to models',

  transfer: 'Transfer to held-out perturbations',
  beforeAndAfter: 'Before and after fitting the shifts',
  transferMeaning:
    'How unlikely the cells of each held-out perturbation are before and after its shifts were fitted; lower is better. Bars show the standard error that drawing particles leaves.',
  missing: (part: string, reason: string) => `${part}: not measured. ${reason}`,
  before: 'Before',
  after: 'After',
  gain: 'Gain',
  heldOut: 'Held-out perturbation',
  cells: 'Cells',
  meanRow: 'Mean',
  axis: 'Interventional negative log-likelihood (nats per cell)',
  unit: 'nats per cell',
  mean: (moment: string) => `Mean ${moment}`,
  meanMeaning:
    'Interventional negative log-likelihood, averaged over the cells of each held-out perturbation and then over perturbations, as the published code scores; lower is better.',
  gainMeaning:
    'Before less after: over zero, the fitted shifts explain cells of perturbations that the model has never seen.',
  sum: 'Sum over cells, after',
  sumUnit: 'nats',
  sumMeaning: (before: string, after: string) =>
    `Summed over all held-out cells, as equation 18 of the paper reads: ${before} before, ${after} after.`,
  sampleSize: 'Effective sample size',
  sampleSizeUnit: (particles: number) => `of ${formatCount(particles)}`,
  sampleSizeMeaning: (smallest: string) =>
    `How many equally weighted particles would say as much as those of a cell: median over cells, after. Smallest: ${smallest}.`,
  fewSamples: (median: string, particles: number) =>
    `Few particles carry the estimates: in half of the cells they count like ${median} or fewer of ${formatCount(particles)}. The likelihoods are then too pessimistic, and their standard errors too small. Differences of a few nats say little; use more particles under Advanced.`,
  noShifts: 'This model has no shifts to fit, so before and after are the same.',
  worse:
    'After fitting, held-out cells are less likely than before: the shifts were fitted to the bound that training uses, with every latent free to move, and did not help.',
  fewRows: (shown: number, all: number) =>
    `The figure shows ${formatCount(shown)} of ${countOf(all, 'held-out perturbation')}, largest gain first; the table and the saved data have all.`,
  summary: (count: number, better: number, before: string, after: string) =>
    `${countOf(count, 'held-out perturbation')}: the mean negative log-likelihood goes from ${before} to ${after} nats per cell; ${formatCount(better)} become more likely.`,

  recovery: 'Against the truth',
  recoveryMeaning: 'This screen is simulated: what made its counts is known.',
  correlation: 'Latents recovered (MCC)',
  correlationMeaning: (spearman: string, cells: string) =>
    `Mean absolute correlation of each true latent with the learned latent matched to it, between 0 and 1, over ${cells}: Pearson. By ranks (Spearman): ${spearman}.`,
  correlationHeldOut: 'On held-out cells',
  rSquared: 'R²',
  rSquaredMeaning:
    'Share of the variance of the true latents that a linear mix of all learned latents explains, on training cells.',
  f1: 'Edges recovered (F1)',
  f1Meaning: (asPublished: string) =>
    `Harmonic mean of precision and recall over trained perturbations, between 0 and 1. In the way of the published column (signed matching, all perturbations): ${asPublished}.`,
  precision: 'Precision',
  precisionMeaning: 'Share of the learned edges that are true.',
  recall: 'Recall',
  recallMeaning: 'Share of the true edges that were learned.',
  geneLists: 'Genes recovered',
  geneListsMeaning:
    'Of the strongest genes of each latent, as many as its true programme has, the share that belongs to the programme; mean over programmes.',
  similarPairs: 'Similar pairs found',
  similarPairsMeaning: (similar: number, pairs: number) =>
    `Average precision, between 0 and 1, with which pairs of perturbations of similar true effects come first when pairs are ordered by their observed shifts. ${formatCount(similar)} of ${countOf(pairs, 'pair')} are similar: guessing scores ${(similar / pairs).toFixed(2)}.`,
  fromOutliers:
    'This model learns no edges; they are the outliers among the shifts (minimum covariance determinant).',

  trueGraph: 'True and learned graph',
  trueGraphMeaning:
    'Left what was simulated, right what the run has learned, latents matched by correlation and turned to the same sign. A dashed frame is a true edge that was missed; a cross, an edge that is not true.',
  loadingTrueGraph: 'Reading the true graph',
  truePanel: 'True graph',
  learnedPanel: 'Learned graph',
  missed: 'missed',
  falseEdge: 'not true',
  found: 'found',
  noMatch: 'none',
  trueLatent: 'True latent',
  learnedLatent: 'Learned latent',
  perturbation: 'Perturbation',
  trained: 'Trained',
  trueEdge: 'True edge',
  learnedEdge: 'Learned edge',
  trueShift: 'True shift',
  learnedShift: 'Learned shift (prior SD)',
  yes: 'yes',
  no: 'no',
  trueSummary: (found: number, missed: number, wrong: number) =>
    `${countOf(found, 'true edge')} found, ${formatCount(missed)} missed, and ${formatCount(wrong)} learned that are not true.`,
  unmatched: (edges: number, latents: number) =>
    edges === 0
      ? `${countOf(latents, 'learned latent')} stand for no true one; they have no edges.`
      : `${countOf(latents, 'learned latent')} stand for no true one; their ${countOf(edges, 'edge')} count as not true and are not drawn.`,
  rowsDrawn: (shown: number, all: number) =>
    `The figure shows ${formatCount(shown)} of ${countOf(all, 'trained perturbation')}; the table and the saved data have all.`,

  acrossTitle: 'Models and held-out perturbations',
  acrossMeaning:
    'Interventional negative log-likelihood in nats per cell, before → after, averaged over held-out perturbations; lower is better. ± is the standard error of one run, or the standard deviation over several seeds. A column is one prepared screen with its hold-out; only values of the same column can be compared.',
  model: 'Model',
  runsOf: (count: number) => countOf(count, 'run'),
  best: 'lowest',
  table: 'Table of models and held-out perturbations',
  saveTable: 'Save table',
} as const

export const partsShown: Record<Evaluation['missing'][number]['part'], string> = {
  validationNegativeElbo: 'Validation loss',
  transfer: 'Transfer',
  recovery: 'Latents',
  graph: 'Edges',
  geneLists: 'Gene lists',
  similarPairs: 'Similar perturbations',
  refined: 'Latents refined with labels',
}

/** What was held out, in a few words: `HALLMARK_IFN`, `5 strongest`. */
export function holdOutShown(holdOut: HoldOutRecipe): string {
  switch (holdOut.rule) {
    case 'none':
      return 'nothing'
    case 'random':
      return `random ${formatPercent(holdOut.share)}`
    case 'strongest':
      return `${formatCount(holdOut.count)} strongest`
    case 'pathway':
      return holdOut.name
    case 'list':
      return holdOut.perturbations.length <= 3
        ? holdOut.perturbations.join(', ')
        : `list of ${formatCount(holdOut.perturbations.length)}`
  }
}
