import type { CellColumn, CountsInspection, GuidesInspection } from '@contract/inspection'
import type { ImportReport } from '@contract/reports'
import { countOf, formatCount } from '../format/numbers'

export const screenText = {
  question: 'Which files hold the counts and the guides?',
  lead: 'Files are read where they are and never changed. What is in them is shown as soon as they are chosen.',
  files: 'Files',
  counts: 'Counts',
  countsFile: 'Count matrix',
  countsHint: 'Cells × genes, as raw counts: a 10x folder or HDF5 file, an h5ad file, or a CSV or TSV table.',
  layer: 'Place of the counts in the file',
  layerAuto: 'Choose by looking at the values',
  notCounts: 'not counts',
  guides: 'Guides',
  guidesFrom: 'The guide or perturbation of each cell comes from',
  fromTable: 'a guide table',
  fromTableHint:
    'Cell Ranger’s protospacer_calls_per_cell.csv or cell_identities.csv, a table of barcodes and guides, or a wide table of guide UMIs.',
  fromColumn: 'a column of the cell annotation',
  fromColumnHint: 'Already named perturbations, as in many published h5ad files.',
  noColumns: 'The counts come without a cell annotation.',
  fromUmis: 'the guide UMIs in the matrix',
  fromUmisHint: 'Guides are called by the rule below.',
  noGuideFeatures: 'The matrix holds no features of type “CRISPR Guide Capture”.',
  chooseCountsFirst: 'Choose the counts first.',
  guideTable: 'Guide table',
  guideTargets: 'Targets of the guides (optional)',
  guideTargetsHint:
    'A table with a guide and its target on each line. Without it, the target is taken from the guide’s name (STAT1g2 → STAT1).',
  column: 'Column with the perturbation of each cell',
  minimumUmis: 'Fewest UMIs of a guide in a cell',
  minimumUmisHint: 'A guide with fewer UMIs in a cell is not called there.',
  minimumShare: 'Smallest share of the cell’s guide UMIs',
  minimumShareHint: 'Between 0 and 1. A guide under this share is taken as ambient.',
  controls: 'Controls',
  controlsFrom: 'Cells to compare with',
  controlsAuto: 'Found by name',
  controlsAutoHint: 'Labels such as non-targeting, NT, NegCtrl, safe, control or ctrl.',
  controlsNamed: 'These labels',
  controlsNamedLabel: 'Labels of control guides or perturbations',
  controlsNamedHint: 'Choose from the labels of the files or type one and press Enter.',
  controlsNone: 'The screen has no controls',
  controlsNoneHint: 'Effects are then measured against all other cells, which is less exact.',
  several: 'Cells with guides of several targets',
  combine: 'Combine: A+B is a perturbation of its own',
  drop: 'Leave these cells out',
  inspecting: 'Looking into the file',
  import: 'Import the screen',
  importAgain: 'Import again',
  importDone: 'What was imported',
  missingCounts: 'Choose the counts.',
  missingTable: 'Choose the guide table.',
  missingColumn: 'Choose the column with the perturbations.',
  missingControls: 'Name at least one control label.',
  blocked: 'A file cannot be used as it is: see what must be solved.',
  toImportAgain: 'Import again to go on.',
  toImport: 'Import the screen to go on.',
  cells: 'Cells in the screen',
  cellsMeaning: 'Cells of the matrix with at least one guide or label, less those left out.',
  perturbations: 'Perturbations',
  perturbationsMeaning: 'Different targets or combinations of targets, controls not counted.',
  genes: 'Genes',
  genesMeaning: 'Measured genes in the matrix, before variable genes are chosen.',
  controlCells: 'Control cells',
  controlCellsMeaning: 'Cells that carry control guides only; shifts are measured against them.',
  unlabelled: 'Without guide',
  unlabelledMeaning: 'Cells of the matrix in which no guide was called; they are left out.',
  severalCells: 'Several targets',
  barcodes: 'Barcodes',
  controlLabels: 'Taken as controls',
  noControlLabels: 'No label was taken as control.',
  perturbationTable: 'Perturbations with their cells',
  showExamples: 'Examples',
  inMatrix: 'Matrix',
  inTable: 'Guide table',
} as const

const formats: Record<CountsInspection['format'], string> = {
  'tenx-folder': '10x folder',
  'tenx-hdf5': '10x HDF5',
  h5ad: 'h5ad',
  delimited: 'Table of text',
}

const layouts: Record<GuidesInspection['layout'], string> = {
  'protospacer-calls': 'Cell Ranger guide calls',
  'cell-identities': 'Cell identities',
  'two-column': 'Barcodes and guides',
  wide: 'Guides as columns',
}

export function countsFacts(inspection: CountsInspection): string {
  const filled = inspection.nonZero / Math.max(1, inspection.cells * inspection.genes)
  const facts = [
    formats[inspection.format],
    countOf(inspection.cells, 'cell'),
    countOf(inspection.genes, 'gene'),
    `${(100 * filled).toFixed(1)} % of the entries are not zero`,
  ]
  if (inspection.guides > 0) facts.push(countOf(inspection.guides, 'guide feature'))
  if (inspection.otherFeatures > 0)
    facts.push(`${countOf(inspection.otherFeatures, 'other feature')} set aside`)
  return facts.join(' · ')
}

export function guidesFacts(inspection: GuidesInspection): string {
  return [
    layouts[inspection.layout],
    countOf(inspection.cells, 'cell'),
    countOf(inspection.guides.length, 'guide'),
    `${countOf(inspection.cellsWithSeveralGuides, 'cell')} with more than one guide`,
  ].join(' · ')
}

export function targetsFacts(guides: number, targets: number): string {
  return `${countOf(guides, 'guide')} · ${countOf(targets, 'target')}`
}

export function wrongKind(expected: string, found: string): string {
  return `Chosen as ${expected}, but the file looks like ${found}.`
}

export const kindsShown = {
  counts: 'counts',
  guides: 'a guide table',
  'guide-targets': 'a table of guide targets',
  'gene-sets': 'gene sets',
} as const

export function columnChoice(column: CellColumn): string {
  return `${column.name} (${countOf(column.levels, 'value')}: ${column.examples.join(', ')}${column.levels > column.examples.length ? ', …' : ''})`
}

export function severalMeaning(dropped: number): string {
  return dropped > 0
    ? `Cells with guides of several targets; ${formatCount(dropped)} of them were left out.`
    : 'Cells with guides of several targets; each combination is a perturbation of its own. Only SAMS-VAE takes it apart: it adds up the shifts of its parts where each also occurs alone.'
}

/** How many barcodes of the guide table are in the matrix, and by which rule. */
export function matched({ matched: found, inTable, rule }: NonNullable<ImportReport['barcodes']>): string {
  return `${formatCount(found)} of the ${countOf(inTable, 'cell')} in the guide table are in the matrix; ${rule.replace(/\.$/, '')}.`
}
