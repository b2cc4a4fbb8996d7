import type { HoldOutRecipe, SplitRecipe } from '@contract/recipe'
import { countOf, formatCount, formatPercent } from '../format/numbers'

export const ruleChoices: readonly { value: HoldOutRecipe['rule']; title: string; meaning: string }[] = [
  {
    value: 'none',
    title: 'Nothing',
    meaning: 'Train on all perturbations. Right for finding shared processes.',
  },
  {
    value: 'random',
    title: 'A random share',
    meaning: 'Tests transfer to perturbations like those trained on.',
  },
  {
    value: 'strongest',
    title: 'The strongest',
    meaning: 'Tests transfer to large effects, the hardest case.',
  },
  {
    value: 'pathway',
    title: 'A pathway',
    meaning: 'All perturbations of a gene set: tests transfer to a new process.',
  },
  { value: 'list', title: 'A list', meaning: 'Perturbations chosen one by one.' },
]

export const sharedTargetChoices: readonly {
  value: SplitRecipe['sharedTargets']
  title: string
  meaning: string
}[] = [
  {
    value: 'refuse',
    title: 'Refuse',
    meaning: 'The screen is not prepared while a held-out target is trained on.',
  },
  {
    value: 'holdOutToo',
    title: 'Hold the combinations out too',
    meaning: 'They move to the test cells with the held-out perturbations.',
  },
  {
    value: 'allow',
    title: 'Allow it knowingly',
    meaning: 'The model sees the targets in combinations; the test is easier than it looks.',
  },
]

export const holdOutText = {
  question: 'Which perturbations does the model never see?',
  lead: 'Held-out perturbations are kept for a final test: does what was learnt carry over to perturbations never seen?',
  rule: 'Rule of the hold-out',
  emptyTitle: 'Nothing imported yet',
  emptyHint: 'Perturbations can be held out once the screen is imported.',
  oldTitle: 'The import is out of date',
  toScreen: 'Go to Screen',
  share: 'Share of the perturbations, in percent',
  shareHint: 'Drawn with the seed under Advanced. Controls are not counted.',
  count: 'How many of the strongest perturbations',
  strengthTitle: 'Strength of each perturbation',
  strengthAxis: 'Strength (MMD², no unit)',
  strengthOrder: 'Perturbations, strongest first',
  strengthMeaning:
    'Squared distance between the mean of a perturbation’s cells and that of the controls on principal components (maximum mean discrepancy, linear kernel). With few cells it is somewhat too large.',
  measure: 'Measure the strengths',
  measureNeeded:
    'How strong each perturbation is has not been measured with the present thresholds yet. It takes from seconds to a few minutes.',
  loadingEffects: 'Reading the measured strengths',
  geneSets: 'Gene sets',
  geneSetsHint:
    'A GMT file: on each line a name, a description and genes. MSigDB and Reactome offer such files.',
  loadingPathways: 'Looking for the screen’s perturbations in the gene sets',
  pathways: 'Gene sets with perturbations of the screen',
  findPathway: 'Find a gene set or perturbation',
  pathway: 'Gene set',
  genes: 'Genes',
  inScreen: 'Perturbations of the screen in it',
  noPathways: 'No gene set of this file contains a perturbation of the screen.',
  noPathwaysHint: 'The file may use other gene names (ids instead of symbols) or another species.',
  pathwayNotFound: 'No gene set has this text in its name or perturbations.',
  listTable: 'Perturbations to choose from',
  paste: 'Add by name',
  pastePlaceholder: 'Names, separated by commas, spaces or lines',
  add: 'Add',
  clearList: 'Take all off',
  previewTitle: 'What is trained and what is tested',
  loadingPreview: 'Counting cells',
  train: 'Train',
  trainMeaning: 'Cells that the model learns from.',
  validation: 'Validation',
  validationMeaning: 'Cells of trained perturbations that only decide when training stops.',
  test: 'Test',
  testMeaning: 'All cells of the held-out perturbations, untouched until the end.',
  heldOut: 'Perturbations held out',
  heldOutMeaning: 'Perturbations that the model never sees while training.',
  trained: 'Perturbations trained',
  trainedMeaning: 'Perturbations whose cells are in train and validation, controls not counted.',
  heldOutTable: 'Held-out perturbations with their cells',
  leakTitle: 'Held-out targets also occur in training',
  leakLead:
    'A cell with guides of A and B shows what A does. Held-out A would leak into training through A+B:',
  sharedTargets: 'Combinations that contain a held-out target',
  advanced: 'Advanced',
  validationShare: 'Share of cells for validation, in percent',
  validationShareHint: 'Of the cells of each trained perturbation. 0 turns early stopping off.',
  seed: 'Seed of the split',
  seedHint: 'The same seed gives the same hold-out and the same validation cells.',
  prepare: 'Prepare the screen',
  prepareAgain: 'Prepare again',
  prepareMeaning:
    'Applies the thresholds, variable genes, hold-out and split, and writes screen.h5ad into the project.',
  toPrepare: 'Prepare the screen to go on.',
  missingPathway: 'Choose a gene set.',
  missingList: 'Choose at least one perturbation.',
  missingMeasure: 'Measure the strengths.',
  missingLeak: 'Decide about the combinations that leak.',
  prepared: 'What was prepared',
  cells: 'Cells',
  cellsMeaning: 'Cells that passed the thresholds, of all imported cells.',
  genesKept: 'Genes',
  genesKeptMeaning: 'Variable genes and measured targets of the screen, of all measured genes.',
  preparedTable: 'Prepared perturbations with their cells',
  targets: 'Targets among the genes',
  noTargets: 'No target of the screen is among its measured genes.',
  removed: 'Removed, too few cells',
} as const

export function matchedNames(added: number, unknown: readonly string[]): string {
  const words = `${countOf(added, 'perturbation')} added.`
  if (unknown.length === 0) return words
  const shown = unknown.slice(0, 5).join(', ')
  const more = unknown.length > 5 ? ` and ${formatCount(unknown.length - 5)} more` : ''
  return `${words} Not in the screen: ${shown}${more}.`
}

export function leakWords(heldOut: string, combination: string): string {
  return `${heldOut} in ${combination}`
}

export function partWords(name: string, cells: number, all: number): string {
  return `${name}: ${countOf(cells, 'cell')} (${formatPercent(all === 0 ? 0 : cells / all)})`
}

export function strengthWords(name: string, mmd: string, cells: number): string {
  return `${name}: ${mmd}, ${countOf(cells, 'cell')}`
}

export function strengthSummary(count: number, all: number): string {
  return `The ${formatCount(count)} strongest of ${countOf(all, 'perturbation')} are held out.`
}

export function chosenWords(count: number): string {
  return `${countOf(count, 'perturbation')} chosen.`
}
