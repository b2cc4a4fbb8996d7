import { countOf, formatCount } from '../format/numbers'
import { chartsText } from './charts'

export const resultsText = {
  question: 'Which perturbation shifts which process?',
  lead: 'An edge says that the cells of a perturbation are shifted along a latent, against control cells.',
  run: 'Run',
  otherScreen:
    'This run was trained on an earlier version of the prepared screen. Its results stay valid for that version; train again to see the present one.',
  toModels: 'Go to models',
  toTraining: 'Go to training',
  none: 'No result yet',
  noneHint: 'Results appear here when the first run is done.',
  stillRunning: 'A run is being trained. Its results appear here when it is done.',
  loadingGraph: 'Reading the target graph',

  edges: 'Edges',
  edgesOf: (possible: number) => `of ${formatCount(possible)} possible`,
  edgesMeaning: 'Pairs of perturbation and latent with an edge probability over 0.5.',
  latentsInUse: 'Latents in use',
  latentsOf: (all: number) => `of ${formatCount(all)}`,
  latentsMeaning:
    'Latents that at least one perturbation shifts. The others describe differences between cells that no perturbation explains.',
  loss: 'Validation negative ELBO',
  lossUnit: 'nats per cell',
  lossMeaning:
    'How well the model explains cells it was not trained on; lower is better, and comparable only on the same screen.',
  noValidation: 'none',
  seconds: 'Training time',
  secondsMeaning: 'Wall-clock time spent in epochs.',

  graph: 'Target graph',
  heatMap: 'Heat map',
  bipartite: 'Bipartite',
  table: 'Table',
  threshold: 'Edge over a probability of',
  edgesAt: (edges: number, threshold: string) => `${countOf(edges, 'edge')} over ${threshold}`,
  backTo: (threshold: string) => `Back to ${threshold}`,
  topGenes: 'Top genes',
  saveEdges: 'Save these edges',
  exportedAt: 'Files are exported with 0.50.',
  onlyEdges: 'Only with edges',
  onlyEdgesMeaning: (latent: string) => `Leaves out perturbations and ${latent}s without an edge.`,
  search: (latent: string) => `Find a perturbation, ${latent} or gene`,
  typeToSearch: 'Type a name, for example of a gene.',
  nothingFound: (latent: string) =>
    `Nothing here has that name. Genes are searched in the 50 strongest of each ${latent} and direction.`,
  findingKind: (kind: 'perturbation' | 'latent' | 'gene', latent: string) =>
    ({ perturbation: 'Perturbation', latent: chartsText.latentColumn(latent), gene: 'Gene' })[kind],

  noEdges: 'No edge was found',
  noEdgesMeaning: (threshold: string) =>
    `No edge probability is over ${threshold}: with these settings, no perturbation shifts a latent by more than the sparsity prior asks for. That may be the truth. If it is not:`,
  noEdgesRemedies: [
    'Training that ended during or just after the warm-up has not settled: allow more epochs.',
    'Perturbations with few cells can only show large shifts: look at the smallest shift on the Models page, or lower α.',
    'Perturbations without effect dilute the rest: measure their strength in the hold-out step.',
    'Control cells that carry a real perturbation hide shifts: check the control labels in the screen step.',
  ],
  noEdgesIca:
    'With few cells of each perturbation, effects taken apart without a model can show edges that a model does not.',
  lowerThreshold: 'Show the most probable pairs',

  noGraph: {
    vae: 'A VAE does not know which cell carries which perturbation, so it has no target graph.',
    'beta-vae': 'A β-VAE does not know which cell carries which perturbation, so it has no target graph.',
    ivae: 'An iVAE shifts every latent by every perturbation and does not say which shifts are real, so it has no target graph. The shifts are in the export.',
    other: 'This model has no target graph.',
  },
  noGraphInstead:
    'What its latents are made of is below. For edges, train sVAE+, sVAE or SAMS-VAE on the same screen.',
  latentToShow: 'Latent',

  inspector: 'Details',
  nothingSelected: (latent: string) => `Select a cell, a perturbation or a ${latent} to see its details.`,
  close: 'Close details',
  edge: 'Edge',
  noEdge: 'No edge',
  perturbation: 'Perturbation',
  latent: 'Latent',
  shift: 'Shift',
  shiftUnit: 'prior SD',
  shiftMeaning: 'How far the latent’s prior mean moves against control, in standard deviations of the prior.',
  observedShift: 'Observed shift',
  standardErrorShort: 'standard error',
  observedMeaning: (reference: string, within: readonly string[], cells: number) =>
    `Mean position of ${countOf(cells, 'cell')} of the perturbation on this latent, less that of ${reference === 'control' ? 'the control cells' : reference}` +
    `${within.length > 0 ? `, compared within ${within.join(' and ')}` : ''}; ± its standard error. It needs no edge: the prior’s shift is what the model holds to be real.`,
  probability: 'Edge probability',
  probabilityShort: 'Probability',
  probabilityMeaning: 'Probability that the perturbation shifts this latent at all.',
  cells: 'Cells',
  cellsMeaning: 'Cells of the perturbation in the prepared screen.',
  uncertainShift: 'Without an edge, the shift is hardly trained: its value says little.',
  loadingDistribution: 'Reading the cells',
  heldOut: 'held out',
  shiftsOf: (latent: string) => `Shifted ${latent}s`,
  shiftedBy: (shift: string) => `Shifted by: ${shift.charAt(0).toLowerCase()}${shift.slice(1)}`,
  noShifts: 'No edge over the threshold.',
  similar: (latent: string) => `Same ${latent}s, same direction`,
  similarMeaning: 'Perturbations that share edges of the same sign, most shared first.',
  shared: (count: number) => `${count} shared`,
  noSimilar: 'No other perturbation shares an edge of the same sign.',

  rename: 'Rename',
  renameLabel: 'Name of the latent',
  renameHint: (name: string) => `Empty restores “Latent ${name.replace(/^z/, '')}”.`,
  save: 'Save',
  cancel: 'Cancel',

  follows: 'What this latent follows',
  followsMeaning:
    'Share of the spread of the latent over cells that each explains alone (adjusted R²). They overlap, so they need not sum to 100 %.',
  loadingShares: 'Reading the shares',
  noShares: 'This run was made before these shares were computed. Train again to see them.',
  shareFactors: { perturbation: 'perturbation', depth: 'depth of sequencing' },
  nestedFactor: 'goes with the perturbation',
  nestedMeaning: 'Its levels cannot be told from perturbations, so it says no more than they do.',
  moreFactors: (count: number) => `${countOf(count, 'further column')} below these: see latent_shares.csv.`,
  overshadowed: (factor: string, share: string, bound: string) =>
    `Much of this latent is ${factor} (${share}, over ${bound}): its edges may be composition, not effect.`,
  overshadowedHint: (factor: string) =>
    `Look at observed shifts that are compared within ${factor} (Models, Advanced) before you trust them.`,

  effectTakenUp: (share: string, bound: string) =>
    `Much of this content latent is the perturbation (${share}, over ${bound}): that part of the effects is in no edge.`,
  effectTakenUpHint: 'Compare with a run with fewer content latents, or none (Models, Advanced).',
  contentLatents: (count: number) => `Content latents (${formatCount(count)})`,
  contentMeaning:
    'No perturbation shifts these latents: they are room for what varies between cells anyway. What of an effect they took up, which the share of the perturbation shows, is in no edge.',
  contentToShow: 'Content latent to show',

  genes: 'Genes of this latent',
  genesMeaning: 'Score: mean integrated gradient of the latent with respect to log(1 + count).',
  up: (count: number) => `Up (${count})`,
  down: (count: number) => `Down (${count})`,
  bars: 'Figure',
  rank: 'Rank',
  gene: 'Gene',
  score: 'Score',
  meanCount: 'Mean count',
  meanCountMeaning: 'Mean counts per cell: a gene that is hardly measured deserves less trust.',
  noGenes: 'No gene has a score in this direction.',
  loadingGenes: 'Reading the genes',
  copy: 'Copy',
  copied: (count: number) => `${countOf(count, 'gene')} copied`,
  copyFailed: 'The browser did not allow copying. Save the list instead.',
  saveList: 'Save list',
  saveTxt: 'Symbols, one a line (.txt)',
  saveCsv: 'Both directions with scores (.csv)',
  saveRnk: 'Ranked genes for GSEA (.rnk)',
} as const
