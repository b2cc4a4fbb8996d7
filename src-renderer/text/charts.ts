import { countOf, formatCount, formatPercent } from '../format/numbers'

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

export const chartsText = {
  saveFigure: 'Save figure',
  saveSvg: 'SVG (vector, for editing and print)',
  savePng: 'PNG (picture, 300 dpi)',
  saveData: 'Save data',
  saveDataHint: 'All numbers of this figure as CSV',
  showTable: 'Show as table',
  showFigure: 'Show as figure',
  saveFailed: 'The figure could not be saved.',
  rowsLeftOut: (shown: number, all: number) =>
    `The first ${formatCount(shown)} of ${formatCount(all)} rows. Save data writes all of them.`,
  emptyTable: 'No rows.',

  shiftUnit: 'Shift (prior SD)',
  observedShift: 'Observed shift',
  probability: 'Edge probability',
  targetGraph: 'Target graph',
  latent: 'latent',
  icaGraph: 'Target graph of ICA',
  component: 'component',
  icaShift: 'Shift (log-expression)',
  falseDiscoveryRate: 'False discovery rate',
  /** When ICA calls a shift an edge. */
  icaEdge: (falseDiscoveryRate: number, effectFloor: number) =>
    `false discovery rate up to ${formatPercent(falseDiscoveryRate)}, shift at least ${formatPercent(effectFloor)} of the component’s largest`,
  icaEdgeShort: (falseDiscoveryRate: number) =>
    `edge: rate up to ${formatPercent(falseDiscoveryRate)}, shift over floor`,
  withRule: (rule: string) => ` (${rule})`,
  heldOut: 'held out',
  heldOutColumn: 'Held out',
  heldOutMark: '† held out: components were found without it.',
  perturbation: 'Perturbation',
  cells: 'Cells',
  standardError: 'Standard error',
  edgeColumn: 'Edge',
  cellsLog: 'Cells (log scale)',
  edgeOver: (threshold: string) => `edge: probability over ${threshold}`,
  withProbabilityOver: (threshold: number) => ` with probability over ${threshold}`,

  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  showAll: 'Show all',
  heatMapHint: (latent: string) =>
    `Click a cell, a name or a ${latent} for its details. Drag moves, Ctrl and the wheel zoom, arrow keys walk through the cells.`,
  heatMapKeys: 'Arrow keys move from cell to cell, Enter selects, plus and minus zoom.',
  heatMapRole: 'heat map',
  edge: 'edge',
  noEdge: 'no edge',
  topGenes: (genes: readonly string[]) =>
    genes.length > 0 ? `Top genes: ${genes.join(', ')}` : 'No top genes',
  edgeInWords: (perturbation: string, latent: string, shift: string) =>
    `${perturbation} shifts ${latent} by ${shift}`,
  cellInWords: (perturbation: string, latent: string, shift: string, certainty: string, edge: boolean) =>
    `${perturbation}, ${latent}: shift ${shift}, ${certainty}, ${edge ? 'edge' : 'no edge'}`,
  graphSummary: (
    title: string,
    perturbations: number,
    latents: string,
    edges: number,
    edgesIn: string,
    strongest: readonly string[],
  ) =>
    `${title}: ${countOf(perturbations, 'perturbation')} and ${latents}, ` +
    `${countOf(edges, 'edge')}${edgesIn}.` +
    (strongest.length > 0 ? ` Strongest: ${strongest.join('; ')}.` : ''),

  perturbations: 'Perturbations',
  latentsOf: (latent: string) => `${capitalised(latent)}s`,
  latentColumn: (latent: string) => capitalised(latent),
  latentNameColumn: (latent: string) => `Name of the ${latent}`,
  bipartiteKey: 'orange: raises · blue dashed: lowers · width: size of the shift',
  strongestDrawn: (drawn: number, all: number) =>
    `The ${formatCount(drawn)} strongest of ${formatCount(all)} edges are drawn. A higher threshold leaves fewer.`,
  bipartiteHint:
    'Point at a name to see its edges alone, click it for its details. The table tab has the same edges.',

  lossTitle: 'Loss',
  edgesTitle: 'Edges',
  epoch: 'Epoch',
  negativeElbo: 'Negative ELBO (nats per cell)',
  training: 'Training',
  validation: 'Validation',
  warmUp: 'Warm-up',
  bestEpoch: (epoch: number) => `Best: epoch ${epoch}`,
  edgesAxis: 'Edges over 0.5',
  edgesName: 'Edges',
  edgesMeaning:
    'Every perturbation starts with an edge to every latent; the sparsity prior removes those that the cells do not support.',
  edgesSummary: (first: number, last: number) =>
    `Edges went from ${formatCount(first)} in the first epoch to ${formatCount(last)} in the last.`,
  noEpochYet: 'No epoch has ended yet.',
  inWarmUp: (epoch: number, warmUp: number) =>
    `Epoch ${epoch} of ${warmUp} in the warm-up: the KL term is still being turned on, so losses cannot be compared yet.`,
  inStart: (epoch: number, epochs: number) =>
    `Epoch ${epoch} of ${epochs} of the start: an iVAE, whose latents are then turned. Edges come after it.`,
  bestValidation: (epoch: number, ago: number) =>
    `The validation loss was lowest in epoch ${epoch}${ago === 0 ? ', the last one' : `, ${countOf(ago, 'epoch')} before the last`}.`,
  bestTraining: (epoch: number, ago: number) =>
    `The training loss was lowest in epoch ${epoch}${ago === 0 ? ', the last one' : `, ${countOf(ago, 'epoch')} before the last`}.`,
  ranAll: (epochs: number) => `Training ran all ${countOf(epochs, 'epoch')}.`,
  lastKept: 'The result is that of the last epoch.',
  afterWarmUp: 'After the warm-up only',
  noValidation:
    'No cells are kept for validation, so training cannot stop early and overfitting does not show here.',
  noEarlyStop: (epochs: number) => `Early stopping is off: training ends after ${countOf(epochs, 'epoch')}.`,
  earlyStop: (patience: number, epochs: number) =>
    `Training ends after ${countOf(epochs, 'epoch')}, or earlier once the validation loss has not improved for ${countOf(patience, 'epoch')}.`,
  earlyStopWithEdges: (patience: number, epochs: number) =>
    `Training ends after ${countOf(epochs, 'epoch')}, or earlier once, for ${countOf(patience, 'epoch')}, the validation loss has not improved and the number of edges has stayed the same to 1 %.`,

  distributionTitle: 'Cells along the latent',
  encoderMean: (latent: string) => `${latent}, encoder mean (prior SD)`,
  shareOfCells: 'Cells (%)',
  distributionSummary: (
    latent: string,
    perturbation: string,
    perturbationMean: string,
    reference: string,
    referenceMean: string,
  ) =>
    `Mean of ${latent}: ${perturbationMean} in ${perturbation} cells, ${referenceMean} in ${reference} cells (dotted lines).`,

  genesTitle: 'Strongest genes',
  score: 'Score',
  scoreAxis: 'Score (integrated gradient)',
  genesSummary: (latent: string, up: readonly string[], down: readonly string[]) =>
    [
      up.length > 0 ? `${latent} rises with ${up.join(', ')}` : '',
      down.length > 0 ? `${up.length > 0 ? 'and ' : `${latent} `}falls with ${down.join(', ')}` : '',
    ]
      .filter((part) => part !== '')
      .join(' ') || `${latent} has no genes with a score.`,
}
