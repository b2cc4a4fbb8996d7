import type { ModelPreset, ModelRecipe } from '@contract/recipe'
import { countOf, formatCount } from '../format/numbers'
import { formatFixed } from '../charts/signedNumbers'

export const modelNamesShown: Record<ModelRecipe['model'], string> = {
  vae: 'VAE',
  'beta-vae': 'β-VAE',
  ivae: 'iVAE',
  svae: 'sVAE',
  'svae-plus': 'sVAE+',
  'sams-vae': 'SAMS-VAE',
}

/** What each model assumes, and when to take it. */
export const modelMeanings: Record<ModelRecipe['model'], string> = {
  'svae-plus':
    'Each perturbation shifts few of the latents. Take it first: it gives a target graph, and needs no tuning. Not for screens with few cells per perturbation.',
  svae: 'As sVAE+, with a simpler penalty on edges. Gives a target graph, but its strength must be tuned, and too much of it removes every edge.',
  'sams-vae':
    'As sVAE+, with a fixed expected share of edges and a prior on the size of shifts. Gives a target graph. A combination A+B shares the shifts of A and of B where both also occur alone.',
  ivae: 'Every perturbation shifts every latent. Take it to see how much sparsity matters; it has shifts but no target graph.',
  vae: 'Knows nothing of perturbations. A baseline: what latents look like without them; no target graph.',
  'beta-vae':
    'A VAE whose latents are pressed to be simple and independent. A baseline; explains the counts less well; no target graph.',
}

export const modelFormsShown: Record<NonNullable<ModelRecipe['form']>, string> = {
  code: 'Published code',
  paper: 'Paper',
}

export const stopRulesShown: Record<ModelRecipe['stopWhen'], string> = {
  lossRests: 'The loss rests (as published)',
  lossAndEdgesRest: 'The loss and the number of edges rest',
}

export const deviceNamesShown: Record<ModelRecipe['device'], string> = {
  auto: 'Automatic',
  cpu: 'Processor (CPU)',
  webgpu: 'Graphics card (WebGPU)',
  cuda: 'NVIDIA graphics card (CUDA)',
}

export const masksShown: Record<NonNullable<ModelRecipe['mask']>, string> = {
  drawn: 'Drawn',
  marginal: 'Averaged over',
}

export const presetsShown: Record<ModelPreset, { name: string; meaning: string }> = {
  quick: {
    name: 'Quick look',
    meaning: 'Few epochs with large steps: a first impression in minutes, not for conclusions.',
  },
  paper: {
    name: 'As in the paper',
    meaning: 'The settings of the published results, with early stopping.',
  },
  thorough: {
    name: 'Thorough',
    meaning:
      'sVAE+ after an iVAE whose latents are turned until few are shifted by each perturbation. Made for sparse shifts: where they are not sparse it still returns axes.',
  },
}

/** The name, unit and meaning of each choice. */
export const modelFields: Record<
  keyof Omit<ModelRecipe, 'model'>,
  { name: string; unit: string; meaning: string }
> = {
  latents: {
    name: 'Latents',
    unit: 'processes',
    meaning: 'How many latent processes the model may use; those that no perturbation shifts stay empty.',
  },
  contentLatents: {
    name: 'Content latents',
    unit: 'latents',
    meaning:
      'Further latents that no perturbation shifts: room for what varies between cells anyway, such as cell type, cycle or depth. They do not promise more edges; 0 is none.',
  },
  seed: {
    name: 'Seed',
    unit: '',
    meaning: 'Fixes everything random; the same seed gives the same result. Other seeds show what is stable.',
  },
  epochs: {
    name: 'Epochs, at most',
    unit: 'passes',
    meaning: 'How often the model sees every training cell, unless it stops earlier.',
  },
  warmUp: {
    name: 'Warm-up',
    unit: 'epochs',
    meaning: 'Epochs over which the prior, and with it the sparsity of the graph, is turned on.',
  },
  patience: {
    name: 'Patience',
    unit: 'epochs',
    meaning: 'Training stops after so many epochs without a better validation loss.',
  },
  alpha: {
    name: 'Sparsity (α)',
    unit: '',
    meaning: 'Strength of what speaks against edges; larger leaves fewer edges.',
  },
  beta: {
    name: 'Weight of the prior (β)',
    unit: '',
    meaning: 'Larger keeps the latents simpler and closer to independent, at the price of detail.',
  },
  form: {
    name: 'Form',
    unit: '',
    meaning: 'The published numbers come from the published code, which differs from the equations.',
  },
  edgeProbability: {
    name: 'Expected share of edges',
    unit: 'between 0 and 1',
    meaning: 'Prior probability that a perturbation shifts a latent; smaller leaves fewer edges.',
  },
  stopWhen: {
    name: 'Stop early when',
    unit: '',
    meaning:
      'The loss is often at its best while edges still come and go. Waiting for the edges as well takes longer.',
  },
  covariates: {
    name: 'Covariates',
    unit: 'columns',
    meaning:
      'Columns such as batch, replicate or cell type that the model is told, so that no latent has to stand for them. Each needs 2 to 50 levels with training cells.',
  },
  compareWithin: {
    name: 'Compare within',
    unit: 'columns',
    meaning:
      'Columns such as batch, replicate or cell type: observed shifts compare cells with control cells of the same level. Training does not use them.',
  },
  mask: {
    name: 'Mask',
    unit: '',
    meaning: 'Drawn for each cell, or the divergence averaged over it.',
  },
  start: {
    name: 'Start',
    unit: '',
    meaning: 'Epochs of an iVAE whose latents are turned before the model itself goes on.',
  },
  hidden: { name: 'Hidden units', unit: 'units', meaning: 'Width of the layers of encoder and decoder.' },
  dropout: { name: 'Dropout', unit: 'share', meaning: 'Share of the encoder’s units left out at each step.' },
  finalLearningRate: {
    name: 'Final learning rate',
    unit: 'per step',
    meaning: 'Where the learning rate falls to over the epochs.',
  },
  shiftRate: {
    name: 'Rate of shifts',
    unit: 'times the learning rate',
    meaning: 'How much faster shifts, their mask and the dispersions are learnt than the rest.',
  },
  batchSize: {
    name: 'Batch size',
    unit: 'cells',
    meaning:
      'Cells in one step of learning; larger is faster an epoch but needs more memory and more epochs.',
  },
  learningRate: {
    name: 'Learning rate',
    unit: 'per step',
    meaning: 'How far one step goes; smaller is slower and steadier.',
  },
  device: { name: 'Device', unit: '', meaning: 'What computes the training.' },
  threads: {
    name: 'Threads',
    unit: 'processor threads',
    meaning: 'How many processor threads training may use; the others stay free for other work.',
  },
}

export const modelsText = {
  question: 'Which models should be trained?',
  lead: 'A few settings are enough: choose a preset, and train the same model with two or three seeds to see which edges are stable.',
  models: 'Models',
  duplicate: 'Duplicate',
  addSeeds: 'Add seeds',
  seedsToAdd: 'How many more seeds',
  seedsMeaning: 'Adds the same model with the next unused seeds.',
  presets: 'Preset',
  ownPreset: 'Own settings',
  ownPresetMeaning: 'What is set below, where it differs from the presets.',
  settings: 'Settings of the model',
  removeModel: (name: string) => `Remove ${name}`,
  essentials: 'Essentials',
  training: 'Length of training',
  advanced: 'Advanced',
  model: 'Model',
  chooseColumns: 'None',
  loadingColumns: 'Reading the cell annotation',
  noColumns: 'The screen came without further columns of cells.',
  levels: (count: number | null) => (count === null ? 'measurements' : countOf(count, 'level')),
  cannotBeChosen: 'cannot be chosen',
  noSuchColumn: (name: string) => `The screen has no column “${name}”.`,
  unusableColumns: (count: number) => `Why ${countOf(count, 'column')} cannot be chosen`,
  options: 'Options of the model',
  usual: (value: number) => `The usual value (${formatCount(value)})`,
  usualShare: 'The usual value (0.1)',
  alphaAutomatic: (perturbations: number | null) =>
    perturbations === null
      ? 'The number of trained perturbations'
      : `The number of trained perturbations (${formatCount(perturbations)})`,
  earlyStopping: 'Stop early',
  threadsAutomatic: 'Choose the number of threads automatically',

  estimate: 'Expected',
  estimating: 'Timing a few steps on the prepared screen',
  notTimed: 'Time and memory are not known: the timing of steps was cancelled.',
  timeIt: 'Time this model',
  total: 'All models',
  time: 'Time',
  perEpoch: (time: string) => `${time} an epoch`,
  timeMeaning:
    'If every epoch is needed; early stopping makes it shorter. Measured with a few steps on this machine; other work on it makes training slower.',
  memory: 'Memory',
  memoryMeaning: 'The most memory that training takes at once. Models train one after another.',
  device: 'Device',
  smallestTitle: 'Smallest shift that can be found',
  smallest: (median: number, perturbation: string, cells: number, shift: number) =>
    `In a typical perturbation of this screen, a shift has to exceed about ${formatFixed(median, 2)} prior standard deviations to become an edge. ` +
    `${perturbation} has the fewest cells (${formatCount(cells)}) and needs about ${formatFixed(shift, 2)}.`,
  tooFewCells: (tooFew: number, all: number, shift: number) =>
    tooFew === 0
      ? `All ${formatCount(all)} trained perturbations have the cells that a shift of ${formatFixed(shift, 1)} needs.`
      : `${formatCount(tooFew)} of ${countOf(all, 'trained perturbation')} ${tooFew === 1 ? 'has' : 'have'} fewer cells than a shift of ${formatFixed(shift, 1)} needs.`,
  smallestRule:
    'The rule is 2 √((α − 1) / cells) in the form of the published code, √(2 log(2α − 1) / cells) in that of the paper: more cells or a smaller α show smaller shifts.',
  smallestNone: 'With α of 1 or less the prior does not remove edges.',
  smallestTable: 'By perturbation',
  perturbation: 'Perturbation',
  cells: 'Cells',
  shift: 'Shift (prior SD)',

  devices: 'Devices of this machine',
  autoMeaning: 'The fastest that this machine has.',
  usable: 'Usable',
  notUsable: 'Not usable',

  train: (count: number) => (count === 1 ? 'Train 1 model' : `Train ${count} models`),
  notPreparedTitle: 'The screen is not prepared yet',
  notPrepared: 'Finish the hold-out step first: models train on the prepared screen.',
  outOfDate: 'The prepared screen is out of date; prepare it again in the hold-out step.',
  toHoldOut: 'Go to hold-out',
  invalid: (count: number) => `${countOf(count, 'value')} must be corrected first.`,
  sameTwice: (first: number, second: number) =>
    `Models ${first} and ${second} are the same: they would give the same result. Change a seed.`,
  wholeNumber: (lowest: number, highest: number | null) =>
    highest === null
      ? `A whole number of ${formatCount(lowest)} or more.`
      : `A whole number between ${formatCount(lowest)} and ${formatCount(highest)}.`,
  overZero: 'A number over 0.',
  rate: 'A number over 0 and at most 1.',
  probability: 'A number over 0 and under 1.',
  longWarmUp:
    'The warm-up is as long as the training: the prior is never fully on, and the graph stays dense.',
  shortPatience: 'Longer than the training: it never stops early.',
} as const
