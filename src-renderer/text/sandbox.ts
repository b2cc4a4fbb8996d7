import type { SimulationRecipe } from '@contract/simulation'
import { countOf, formatCount, formatPercent } from '../format/numbers'

export const kindChoices: readonly { value: SimulationRecipe['kind']; title: string; meaning: string }[] = [
  {
    value: 'sandbox',
    title: 'Published simulator',
    meaning:
      'Everything is made up, as in the paper: sparse shifts of latents, and a network that turns them into counts.',
  },
  {
    value: 'semi-synthetic',
    title: 'Your control cells',
    meaning:
      'Real control cells of a project, in which groups of genes are turned up or down: depth, zeros and cell types stay real.',
  },
]

export const sizesShown: Record<'small' | 'published' | 'own', { title: string; meaning: string }> = {
  small: { title: 'Small', meaning: '6,300 cells. A model is trained in minutes.' },
  published: {
    title: 'As published',
    meaning: '50,000 cells, as in the paper’s tables. Training takes longer.',
  },
  own: { title: 'Own numbers', meaning: 'Any numbers below.' },
}

export const sandboxText = {
  question: 'How much can a model find?',
  lead: 'The sandbox simulates a screen whose true graph is known. Go through the steps with it as with a real one, and see at the end what was found, what was missed, and what is not true.',
  from: 'What the screen is made from',
  size: 'Size',
  perturbations: 'Perturbations',
  cells: 'Cells of each perturbation',
  allCells: 'Share out all cells',
  genes: 'Genes',
  latents: 'Latents',
  programmes: 'Programmes (latents)',
  effect: 'Effect size',
  effectHint: 'Mean shift, in standard deviations of a latent.',
  effectRange: 'Effect size, from',
  effectRangeHint: 'log2 units: 1 doubles or halves the counts.',
  targets: 'Shifted latents, from',
  programmeTargets: 'Shifted programmes, from',
  to: 'to',
  targetsHint: 'By each perturbation: its true edges.',
  heldOut: 'Held out, in percent',
  heldOutHint: 'Of the perturbations: they test transfer.',
  seed: 'Seed',
  seedHint: 'The same seed gives the same screen.',
  advanced: 'Advanced',
  controlCells: 'Control cells',
  controlCellsHint: 'Cells without a perturbation. The published simulator has none.',
  withoutEffect: 'Perturbations without effect',
  withoutEffectHint: 'Of all perturbations. Edges of these are never true.',
  combinations: 'Combinations of two',
  combinationsHint: 'Of all perturbations. Their shifts add up.',
  form: 'Form of the simulator',
  forms: { code: 'Published code', paper: 'Text of the paper' },
  formHint:
    'They differ in how counts are normalised and targets are drawn; the published numbers come from the code.',
  project: 'Project whose control cells are used',
  projectHint: 'Its screen has to be imported, with controls.',
  missingProject: 'Choose a project.',
  name: 'Name',
  proposedName: 'Sandbox',
  folder: 'Folder in which both are made',
  nameMissing: 'Give it a name.',
  nameNotAllowed: 'A folder cannot have this name: leave out < > : " / \\ | ? * and a dot at either end.',
  nameTaken: 'There is something of this name in the folder already. Choose another name.',
  places: (project: string, screen: string) =>
    `Makes the folder “${screen}” now, and “${project}” for the project afterwards.`,
  simulate: 'Simulate the screen',
  cancelled: 'The simulation was cancelled; nothing was kept.',

  made: 'The screen is simulated',
  madeIn: (folder: string) => `In ${folder}`,
  goOn: 'Go on in a project',
  goOnMeaning:
    'Makes a project in which the file, the hold-out and the number of latents are chosen already.',
  loading: 'Reading what was simulated',
  figures: {
    cells: { label: 'Cells', meaning: 'All simulated cells, control cells included.' },
    genes: { label: 'Genes', meaning: 'Genes of the simulated screen.' },
    perturbations: { label: 'Perturbations', meaning: 'Combinations and those without effect included.' },
    edges: {
      label: 'True edges',
      meaning: 'Pairs of a perturbation and a latent that it shifts. This is what a model should find.',
    },
    heldOut: { label: 'Held out', meaning: 'Perturbations that the model will not see while it is trained.' },
    medianCounts: { label: 'Counts per cell', meaning: 'Median over cells.' },
    zeros: { label: 'Zeros', meaning: 'Share of zeros among all counts.' },
  },
  ofPossible: (possible: number) => `of ${formatCount(possible)} possible`,

  explained: 'What is simulated',
  words: 'Words',
  glossary: 'All words',
  explain: {
    sandbox: {
      graph: (
        perturbations: number,
        least: number,
        most: number,
        latents: number,
        effect: number,
        edges: number,
      ) =>
        `${countOf(perturbations, 'perturbation')} shift ${range(least, most)} of ${countOf(latents, 'latent')} each, up or down by about ${effect} standard deviations. These pairs are the true edges: about ${formatCount(edges)} of ${formatCount(perturbations * latents)} possible ones.`,
      cells: (cells: number, controls: number) =>
        `Each of ${countOf(cells, 'cell')} gets a value on every latent: chance, plus the shifts of its perturbation.` +
        (controls > 0
          ? ` ${countOf(controls, 'control cell')} get chance alone.`
          : ' There are no control cells, as in the publication.'),
      genes: (genes: number) =>
        `A random network turns the latents into the expected counts of ${countOf(genes, 'gene')}. It bends and mixes: no gene belongs to one latent alone.`,
      counts: 'Whole counts are drawn around what is expected (Poisson), as sequencing does.',
    },
    semiSynthetic: {
      graph: (
        perturbations: number,
        least: number,
        most: number,
        programmes: number,
        low: number,
        high: number,
      ) =>
        `${countOf(programmes, 'programme')}, groups of genes that vary together in these cells, are the latents. Each of ${countOf(perturbations, 'perturbation')} shifts ${range(least, most)} of them by ${low === high ? low : `${low} to ${high}`} log2 units, up or down.`,
      idle: (withoutEffect: number, combinations: number) =>
        `${formatCount(withoutEffect)} of them do nothing, and ${formatCount(combinations)} are combinations of two whose shifts add up.`,
      cells: (each: number | null) =>
        each === null
          ? 'The control cells of the project are given these perturbations at random; a quarter stays control.'
          : `Control cells of the project are given these perturbations at random, ${countOf(each, 'cell')} each; a quarter stays control.`,
      counts:
        'Counts are thinned: each is kept with a probability. None is invented, so depth, zeros, cell types and batches stay those of the real cells.',
    },
    heldOut: (heldOut: number) =>
      heldOut === 0
        ? 'No perturbation is held out: transfer cannot be measured.'
        : `${countOf(heldOut, 'perturbation')}, the last ones, ${heldOut === 1 ? 'is' : 'are'} meant to be held out. The model does not see their cells while it is trained.`,
    narrow:
      'The network narrows to 40 units: with more latents or fewer genes than that, no model can recover all of them.',
    truth: 'Models never see the truth. It is kept in the file, for the evaluation alone.',
  },
} as const

function range(least: number, most: number): string {
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`
}

export function zerosShown(share: number): string {
  return formatPercent(share)
}
