import { countOf, formatCount, formatPercent } from '../format/numbers'

export const icaText = {
  title: 'Effects without a model (ICA)',
  lead: 'Independent component analysis (ICA) takes the mean effects of perturbations on gene expression apart into components: genes that change together, whichever perturbation it is. Nothing is trained.',
  edgesCalled: (rate: number, floor: number, within: readonly string[]) =>
    `An edge joins a perturbation to a component where two things hold: among all edges at most ${formatPercent(rate)} are expected to be false, as permuting the labels of perturbed and control cells${within.length > 0 ? ` within ${within.join(' and ')}` : ''} tells, and the shift is at least ${formatPercent(floor)} of the largest on that component.`,
  noAdvice:
    'On screens with as many cells for each perturbation as here it was not measured whether ICA or a model finds edges better: look at both.',
  saysNot:
    'ICA gives no likelihood of cells. It sees mean effects: what sets cells of one perturbation apart, and effects of combinations that do not add up, stay unseen. The sign of a component means nothing by itself: a positive shift raises the genes that are listed as up.',
  howComputed: (components: number, within: readonly string[]) =>
    `Up to ${countOf(components, 'component')}, cells compared with control cells ${within.length > 0 ? `within levels of ${within.join(' and ')}` : 'over the whole screen'}, components found in one half of the cells and tested in the other.`,
  howToRead: 'How to read this',
  again: 'Compute again',
  againMeaning: 'With the number of latents and the columns to compare within of the first model.',
  toView: 'See the edges of ICA',

  notPrepared: 'No prepared screen yet',
  notPreparedHint: 'ICA needs the prepared screen: its cells, genes and labels.',
  toHoldOut: 'Go to hold-out',
  notYetHint:
    'ICA is one of the simple rows that models are compared with. They are computed together, in seconds to minutes.',
  impossible: 'ICA could not be computed',
  loading: 'Reading the edges of ICA',

  edges: 'Edges',
  edgesOf: (possible: number) => `of ${formatCount(possible)} possible`,
  edgesMeaning: (heldOut: number) =>
    'Pairs of perturbation and component that are called, over perturbations that were not held out, as in the comparison.' +
    (heldOut > 0 ? ` On held-out perturbations: ${countOf(heldOut, 'edge')} more.` : ''),
  withEdges: 'Perturbations with an edge',
  withEdgesOf: (all: number) => `of ${formatCount(all)}`,
  withEdgesMeaning:
    'Of those that were not held out. The others cannot be told from control cells by these components.',
  components: 'Components in use',
  componentsMeaning: 'Components that at least one perturbation shifts.',
  edgesFound: (count: number, ofHeldOut: number) =>
    countOf(count, 'edge') + (ofHeldOut > 0 ? `, ${formatCount(ofHeldOut)} of held-out perturbations` : ''),
  noEdges: 'No edge was found',
  noEdgesMeaning:
    'No perturbation shifts a component by more than permuted labels do. That may be the truth. If it is not: perturbations need more cells, or cells of different kinds hide effects. Then name their column to compare within (Models, Advanced) and compute again.',

  component: (name: string) => `Component (${name})`,
  shiftMeaning:
    'Mean score of the cells of the perturbation on the component, less that of control cells of the same kind. A shift of 0.01 changes the log-normalised expression of a typical gene of the component by 0.01.',
  rateMeaning:
    'Share of false edges to be expected if all pairs at least as clear as this one were called edges (Benjamini and Hochberg).',
  withoutEdge: 'The shift is too small, or too likely by chance, to be called an edge.',
  genes: 'Genes of this component',
  genesMeaning:
    'Score: log change of the gene with the component times the root of its mean count, so that hardly measured genes do not come first.',
  score: 'Score (log change × √ mean count)',
} as const
