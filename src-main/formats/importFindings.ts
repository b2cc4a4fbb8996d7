import type { Finding } from '@contract/inspection'
import type { GroundTruth } from '../screen/groundTruth'
import type { CellLabels } from '../screen/labelCells'
import type { ChosenMatrix } from './chooseMatrix'
import { counted } from './counted'
import type { CountsFile } from './countsFile'

function number(value: number): string {
  return value.toLocaleString('en')
}

/** What is worth knowing about the matrix that was chosen. */
export function countsFindings(
  file: CountsFile,
  chosen: ChosenMatrix,
  repeatedGenes: readonly string[],
  repeatedBarcodes: readonly string[],
): Finding[] {
  const findings: Finding[] = []
  const { matrix, survey } = chosen
  if (chosen.refused.length > 0) {
    const reasons = chosen.refused.map(({ name, reason }) => `${name} is not counts (${reason})`)
    findings.push({
      severity: 'attention',
      message: `The counts were taken from "${matrix.name}": ${reasons.join('; ')}.`,
      hint: 'Choose another location if this is not the matrix of raw counts.',
    })
  }
  if (matrix.features.otherTypes.length > 0) {
    const others = matrix.features.kinds.filter((kind) => kind === 'other').length
    findings.push({
      severity: 'note',
      message: `Features of other types were set aside: ${number(others)} of ${matrix.features.otherTypes.join(', ')}.`,
      hint: '',
    })
  }
  if (repeatedGenes.length > 0) {
    findings.push({
      severity: 'attention',
      message: `The matrix has ${counted(repeatedGenes.length, 'gene id')} more than once (${repeatedGenes.slice(0, 3).join(', ')}${repeatedGenes.length > 3 ? ', …' : ''}); a number was added to make the names unique.`,
      hint: 'Use Ensembl ids, which are unique.',
    })
  }
  if (repeatedBarcodes.length > 0) {
    findings.push({
      severity: 'attention',
      message: `The matrix has ${counted(repeatedBarcodes.length, 'barcode')} more than once (${repeatedBarcodes.slice(0, 3).join(', ')}${repeatedBarcodes.length > 3 ? ', …' : ''}); a number was added to make the names unique.`,
      hint: '',
    })
  }
  const empty = survey.genesPerCell.filter((genes) => genes === 0).length
  if (empty > 0) {
    findings.push({
      severity: empty > survey.genesPerCell.length / 10 ? 'attention' : 'note',
      message: `${number(empty)} of ${number(file.barcodes.length)} cells have no counts at all.`,
      hint:
        empty > survey.genesPerCell.length / 10
          ? 'Use the filtered matrix instead of the raw one, or set a minimum of counts in step 2.'
          : '',
    })
  }
  if (survey.largestGeneCount === 1) {
    findings.push({
      severity: 'attention',
      message: 'No count is larger than 1: the matrix may have been turned into detected / not detected.',
      hint: 'Give the UMI counts.',
    })
  }
  return findings
}

/** What is worth knowing about the labels of the cells. */
export function labelFindings(file: CountsFile, labels: CellLabels, unnamedSeveral: number): Finding[] {
  const findings: Finding[] = []
  const cells = file.barcodes.length
  if (labels.unlabelled > cells / 2) {
    findings.push({
      severity: 'attention',
      message: `${number(labels.unlabelled)} of ${number(cells)} cells have no guide and were left out.`,
      hint: 'This is normal for an unfiltered matrix; otherwise check the guide table.',
    })
  }
  if (unnamedSeveral > 0) {
    findings.push({
      severity: 'note',
      message: `Dropped: ${counted(unnamedSeveral, 'cell')} marked as having several guides without naming them.`,
      hint: 'Give a table of guide calls to combine them as A+B.',
    })
  }
  if (labels.perturbations.length < 2) {
    findings.push({
      severity: 'attention',
      message: `The screen has ${counted(labels.perturbations.length, 'perturbation')} beside the controls.`,
      hint: 'Check the labels: the models compare perturbations with one another.',
    })
  }
  return findings
}

/**
 * Whether the truth of a simulated screen was taken over.
 * @param truth undefined where the file holds none, null where it does not fit what was imported
 */
export function truthFindings(truth: GroundTruth | null | undefined): Finding[] {
  if (truth === undefined) return []
  if (truth === null) {
    return [
      {
        severity: 'attention',
        message:
          'The file holds the truth of a simulated screen, but not about these perturbations or genes; it was left out.',
        hint: 'Import the column "perturbation" and the matrix X of the simulated file to keep it.',
      },
    ]
  }
  return [
    {
      severity: 'note',
      message: `This screen is simulated: its ${counted(truth.latents.length, 'true latent')} and ${counted(
        truth.edges.reduce((sum, edge) => sum + edge, 0),
        'true edge',
      )} are kept, for scores only. Models never see them.`,
      hint: '',
    },
  ]
}
