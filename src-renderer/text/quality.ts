import { countOf, formatCount, formatPercent } from '../format/numbers'

export const qualityText = {
  question: 'Which cells and genes are good enough?',
  lead: 'Drag a threshold to see what it keeps. Cells of low quality blur the shifts; too strict a rule leaves too few cells to see them.',
  emptyTitle: 'Nothing imported yet',
  emptyHint: 'The distributions of counts and genes are shown here once the screen is imported.',
  toScreen: 'Go to Screen',
  oldTitle: 'The import is out of date',
  loading: 'Counting genes and cells',
  keptTitle: 'What stays',
  keptCells: 'Cells kept',
  keptCellsMeaning:
    'Cells that pass both thresholds and whose perturbation has enough cells, of all imported cells.',
  keptPerturbations: 'Perturbations kept',
  keptPerturbationsMeaning: 'Perturbations with enough kept cells, controls not counted.',
  tooFewCounts: 'Too few counts',
  tooFewCountsMeaning: 'Cells under the threshold of counts: often empty or broken droplets.',
  tooFewGenes: 'Too few genes',
  tooFewGenesMeaning: 'Cells with enough counts but under the threshold of detected genes.',
  small: 'In small perturbations',
  smallMeaning: 'Cells that pass the thresholds but whose perturbation has too few of them.',
  countsTitle: 'Counts per cell',
  countsAxis: 'Counts (UMIs) per cell',
  countsUnit: 'counts',
  genesTitle: 'Detected genes per cell',
  genesAxis: 'Genes with at least one count, per cell',
  genesUnit: 'genes',
  perturbationsTitle: 'Cells per perturbation',
  perturbationsAxis: 'Perturbations, most cells first',
  cellsAxis: 'Kept cells (log axis)',
  minimum: 'Keep perturbations with at least',
  minimumUnit: 'cells',
  minimumHint: 'An edge can only be found where there are cells enough; controls are always kept.',
  removed: 'Removed perturbations',
  removedNone: 'No perturbation is removed.',
  genesHeading: 'Variable genes',
  genesHint:
    'Genes that vary more between cells than their mean expression explains (seurat_v3). Targets of the screen are always kept.',
  allGenes: 'Every measured gene',
  someGenes: 'The most variable',
  genesField: 'Number of variable genes',
  genesWord: 'genes',
} as const

export function ofAll(all: number): string {
  return `of ${formatCount(all)}`
}

export function shareOf(part: number, all: number): string {
  return all === 0 ? '' : formatPercent(part / all)
}

export function genesKept(wanted: number | 'all', measured: number): string {
  if (wanted === 'all' || wanted >= measured) return `All ${formatCount(measured)} measured genes are kept.`
  return `${formatCount(wanted)} of ${countOf(measured, 'measured gene')} are kept.`
}

export function barWords(name: string, cells: number, removed: boolean): string {
  return `${name}: ${countOf(cells, 'cell')}${removed ? ', removed' : ''}`
}

export function barsSummary(kept: number, removed: number, minimum: number): string {
  return `${countOf(kept, 'perturbation')} with at least ${countOf(minimum, 'cell')}, ${formatCount(removed)} with fewer.`
}
