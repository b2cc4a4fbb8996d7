import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CellColumn, CountsInspection, CountsLocation, Finding } from '@contract/inspection'
import { looksLikeControl } from '../../screen/controls'
import type { Covariate } from '../../screen/screen'
import type { CountsFile, StoredMatrix } from '../countsFile'
import { describePath } from '../fileProblems'
import { countsFindings } from '../importFindings'
import { openCounts } from '../openCounts'
import { type Survey, describeViolation, surveyMatrix } from '../survey'
import { makeUnique } from '../uniqueNames'

const perturbationColumnName =
  /perturbation|^target|guide|sgrna|grna|^gene$|knock|crispr|^condition$|^treatment$/i

/** Says what a file of counts holds and where the counts are; reads every value of every matrix in it once. */
export async function inspectCounts(path: string): Promise<CountsInspection> {
  const file = await openCounts(path)
  const looked: { matrix: StoredMatrix; survey: Survey }[] = []
  for (const matrix of file.matrices) looked.push({ matrix, survey: await surveyMatrix(file, matrix) })
  const best = looked.find(({ survey }) => survey.violation === null) ?? looked[0]
  const { kinds, symbols } = best.matrix.features
  const genes = kinds.flatMap((kind, i) => (kind === 'gene' ? [i] : []))
  const guides = kinds.filter((kind) => kind === 'guide').length
  const cellColumns = [...file.cellColumns].map(([name, column]) => describeColumn(name, column))
  return {
    path,
    bytes: await bytesOf(path),
    kind: 'counts',
    format: file.format,
    cells: file.barcodes.length,
    genes: genes.length,
    guides,
    otherFeatures: kinds.length - genes.length - guides,
    nonZero: best.survey.geneEntries,
    locations: looked.map(({ matrix, survey }) => describeLocation(file, matrix, survey)),
    cellColumns,
    exampleBarcodes: file.barcodes.slice(0, 5),
    exampleGenes: genes.slice(0, 5).map((gene) => symbols[gene]),
    findings: findingsOf(file, best, looked, guides, cellColumns),
  }
}

/** Size of a file, or of the files directly in a folder. */
async function bytesOf(path: string): Promise<number> {
  const { kind, bytes } = await describePath(path)
  if (kind === 'file') return bytes
  const entries = await readdir(path, { withFileTypes: true })
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(path, entry.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function describeLocation(file: CountsFile, matrix: StoredMatrix, survey: Survey): CountsLocation {
  if (survey.violation === null) return { name: matrix.name, isCounts: true }
  return { name: matrix.name, isCounts: false, reason: describeViolation(file, matrix, survey.violation) }
}

function describeColumn(name: string, column: Covariate): CellColumn {
  const tally = new Map<string, number>()
  const count = (value: string) => tally.set(value, (tally.get(value) ?? 0) + 1)
  if (column.kind === 'text') for (const code of column.codes) if (code >= 0) count(column.levels[code])
  if (column.kind === 'number')
    for (const value of column.values) if (!Number.isNaN(value)) count(String(value))
  const values = [...tally].sort((a, b) => b[1] - a[1]).map(([value]) => value)
  const boolean = column.kind === 'text' && values.every((value) => value === 'True' || value === 'False')
  const kind = column.kind === 'number' ? 'number' : boolean && values.length > 0 ? 'boolean' : 'text'
  const cells = column.kind === 'text' ? column.codes.length : column.values.length
  const grouped = kind === 'text' && values.length >= 2 && values.length <= cells / 2
  return {
    name,
    kind,
    levels: values.length,
    examples: values.slice(0, 5),
    looksLikePerturbation: grouped && (perturbationColumnName.test(name) || values.some(looksLikeControl)),
  }
}

function findingsOf(
  file: CountsFile,
  best: { matrix: StoredMatrix; survey: Survey },
  looked: readonly { matrix: StoredMatrix; survey: Survey }[],
  guides: number,
  cellColumns: readonly CellColumn[],
): Finding[] {
  const findings: Finding[] = [...file.findings]
  if (best.survey.violation !== null) {
    findings.push({
      severity: 'blocking',
      message: `These are not counts: ${describeViolation(file, best.matrix, best.survey.violation)}. The models need the raw UMI counts.`,
      hint: 'Give the matrix before normalisation, as it comes from Cell Ranger.',
    })
    return findings
  }
  const refused = looked.slice(
    0,
    looked.indexOf(looked.find((one) => one.matrix === best.matrix) ?? looked[0]),
  )
  const repeatedGenes = makeUnique(
    best.matrix.features.ids.filter((_, i) => best.matrix.features.kinds[i] === 'gene'),
  )
  findings.push(
    ...countsFindings(
      file,
      {
        ...best,
        refused: refused.map(({ matrix, survey }) => ({
          name: matrix.name,
          reason: survey.violation ? describeViolation(file, matrix, survey.violation) : '',
        })),
      },
      repeatedGenes.repeated,
      makeUnique(file.barcodes).repeated,
    ),
  )
  if (best.survey.geneEntries === 0) {
    findings.push({
      severity: 'blocking',
      message: 'The matrix has no counts at all.',
      hint: 'Choose another file.',
    })
  }
  if (guides === 0 && !cellColumns.some((column) => column.looksLikePerturbation)) {
    findings.push({
      severity: 'attention',
      message: 'The file does not say which guide or perturbation each cell has.',
      hint: 'Give a guide table beside it, for example "protospacer_calls_per_cell.csv" of Cell Ranger.',
    })
  }
  return findings
}
