import { ShiftscopeError } from '@contract/errors'
import type { Finding } from '@contract/inspection'
import type { ScreenRecipe } from '@contract/recipe'
import type { ImportReport } from '@contract/reports'
import { matchBarcodes } from '../../screen/barcodes'
import { callGuides } from '../../screen/guideCalling'
import type { Covariate } from '../../screen/screen'
import type { ChosenMatrix } from '../chooseMatrix'
import type { CountsFile } from '../countsFile'
import { fillMatrix } from '../fillMatrix'
import type { PassOptions } from '../survey'
import type { GuideTable } from './guideTable'
import { readGuideTable } from './readGuideTable'

/** The labels of each cell of the matrix, from whichever source the recipe names. */
export interface ReadLabels {
  /** For each cell its labels; those from tables and columns are not yet split at `|` or `+`. */
  readonly labelsOfCell: readonly (readonly string[])[]
  /** Whether labels are exactly guide names, so that nothing is to be split. */
  readonly exact: boolean
  readonly certainlyGuides: boolean
  /** Whether the labels stand for guides that are worth keeping beside the perturbation. */
  readonly keepGuides: boolean
  readonly barcodes: ImportReport['barcodes']
  readonly covariates: ReadonlyMap<string, Covariate>
  readonly findings: readonly Finding[]
}

/**
 * Reads the label of each cell from the guide table, the named column of the cell annotation, or the guide UMIs.
 * @param guidesPath absolute path of the guide table; null where there is none
 * @param guideTargets target of each guide, for telling whether guides are known by id or by name; null where there is
 * no guide-to-target table
 * @throws ShiftscopeError `import/noGuides`, `import/noSuchColumn`, `import/duplicateBarcodes`,
 * `import/noBarcodeMatches`; what `readGuideTable` throws
 */
export async function readLabels(
  file: CountsFile,
  chosen: ChosenMatrix,
  recipe: ScreenRecipe,
  guidesPath: string | null,
  guideTargets: ReadonlyMap<string, string> | null,
  options: PassOptions = {},
): Promise<ReadLabels> {
  if (guidesPath !== null) {
    const table = await readGuideTable(guidesPath, recipe.perturbationColumn, recipe.guideCalling)
    return labelsFromTable(file, table, guidesPath)
  }
  if (recipe.perturbationColumn !== null) return labelsFromColumn(file, recipe.perturbationColumn)
  if (chosen.matrix.features.kinds.includes('guide')) {
    return labelsFromUmis(file, chosen, recipe, guideTargets, options)
  }
  const columns = [...file.cellColumns.keys()]
  throw new ShiftscopeError({
    code: 'import/noGuides',
    message: 'Nothing says which guide or perturbation each cell has.',
    where: file.path,
    hint:
      columns.length > 0
        ? `Give a guide table, or name the column that holds the perturbation. Columns of the file: ${columns.slice(0, 12).join(', ')}.`
        : 'Give a guide table, for example "protospacer_calls_per_cell.csv" of Cell Ranger; the matrix holds no guide UMIs.',
  })
}

function labelsFromTable(file: CountsFile, table: GuideTable, path: string): ReadLabels {
  refuseDuplicateBarcodes(file)
  const match = matchBarcodes(file.barcodes, table.barcodes)
  const inTable = table.barcodes.length
  const matrixExamples = file.barcodes.slice(0, 3)
  const tableExamples = table.barcodes.slice(0, 3)
  if (match.matchedCells === 0) {
    throw new ShiftscopeError({
      code: 'import/noBarcodeMatches',
      message: `The guide table names ${inTable.toLocaleString('en')} cells, but none is in the count matrix. Matrix: ${matrixExamples.join(', ')}. Table: ${tableExamples.join(', ')}.`,
      where: path,
      hint: 'Check that both come from the same experiment, and that the first column of the table holds the barcodes. Suffixes such as "-1" and prefixes are reconciled already.',
    })
  }
  const labelsOfCell: string[][] = file.barcodes.map(() => [])
  const rowOfCell = new Int32Array(file.barcodes.length).fill(-1)
  match.cellOfRow.forEach((cell, row) => {
    if (cell < 0) return
    labelsOfCell[cell].push(...table.labelsOf[row])
    rowOfCell[cell] = row
  })
  const findings: Finding[] = []
  if (match.matchedCells < inTable / 2) {
    findings.push({
      severity: 'attention',
      message: `Only ${match.matchedCells.toLocaleString('en')} of the ${inTable.toLocaleString('en')} cells in the guide table are in the count matrix.`,
      hint: 'This is normal when the matrix was filtered; otherwise check that both come from the same experiment.',
    })
  }
  if (table.setAside > 0) {
    findings.push({
      severity: 'note',
      message: `${table.setAside.toLocaleString('en')} rows of the guide table are marked as of poor coverage and were left out.`,
      hint: '',
    })
  }
  return {
    labelsOfCell,
    exact: false,
    certainlyGuides: table.certainlyGuides,
    keepGuides: true,
    barcodes: { inTable, matched: match.matchedCells, rule: match.rule, matrixExamples, tableExamples },
    covariates: new Map([...table.columns].map(([name, column]) => [name, pickRows(column, rowOfCell)])),
    findings,
  }
}

function refuseDuplicateBarcodes(file: CountsFile): void {
  const cellOf = new Map<string, number>()
  file.barcodes.forEach((barcode, cell) => {
    const earlier = cellOf.get(barcode)
    if (earlier !== undefined) {
      throw new ShiftscopeError({
        code: 'import/duplicateBarcodes',
        message: `The barcode ${barcode} stands for two cells of the matrix (number ${earlier + 1} and ${cell + 1}), so that the guide table cannot tell them apart.`,
        where: file.path,
        hint: 'Give the cells of each lane their own suffix (-1, -2, …), in the matrix and in the guide table.',
      })
    }
    cellOf.set(barcode, cell)
  })
}

/** The rows of a column in another order; -1 is a missing value. */
export function pickRows(column: Covariate, rows: ArrayLike<number>): Covariate {
  if (column.kind === 'text') {
    const codes = Int32Array.from(rows, (row) => (row < 0 ? -1 : column.codes[row]))
    return { kind: 'text', levels: column.levels, codes }
  }
  return { kind: 'number', values: Float64Array.from(rows, (row) => (row < 0 ? NaN : column.values[row])) }
}

function labelsFromColumn(file: CountsFile, name: string): ReadLabels {
  const column = file.cellColumns.get(name)
  if (column === undefined) {
    const names = [...file.cellColumns.keys()]
    throw new ShiftscopeError({
      code: 'import/noSuchColumn',
      message: `The cell annotation has no column "${name}".`,
      where: file.path,
      hint:
        names.length > 0
          ? `Its columns are: ${names.join(', ')}.`
          : 'The file has no cell annotation; give a guide table.',
    })
  }
  const labelsOfCell =
    column.kind === 'text'
      ? Array.from(column.codes, (code) => (code < 0 ? [] : [column.levels[code]]))
      : Array.from(column.values, (value) => (Number.isNaN(value) ? [] : [String(value)]))
  return {
    labelsOfCell,
    exact: false,
    certainlyGuides: false,
    keepGuides: false,
    barcodes: null,
    covariates: new Map(),
    findings: [],
  }
}

async function labelsFromUmis(
  file: CountsFile,
  chosen: ChosenMatrix,
  recipe: ScreenRecipe,
  guideTargets: ReadonlyMap<string, string> | null,
  options: PassOptions,
): Promise<ReadLabels> {
  const { features } = chosen.matrix
  const ofGuides = (names: readonly string[]) => names.filter((_, i) => features.kinds[i] === 'guide')
  const [ids, symbols] = [ofGuides(features.ids), ofGuides(features.symbols)]
  const known = (names: readonly string[]) => names.filter((name) => guideTargets?.has(name)).length
  // Cell Ranger's feature reference has an id and a name for each guide; tables use either.
  const names = known(ids) > known(symbols) ? ids : symbols
  const umis = await fillMatrix(file, chosen.matrix, chosen.survey, { kind: 'guide' }, options)
  const { minimumUmis, minimumShare } = recipe.guideCalling
  return {
    labelsOfCell: callGuides(umis, recipe.guideCalling).map((guides) => guides.map((guide) => names[guide])),
    exact: true,
    certainlyGuides: true,
    keepGuides: true,
    barcodes: null,
    covariates: new Map(),
    findings: [
      {
        severity: 'note',
        message: `Guides were called from the guide UMIs of the matrix: at least ${minimumUmis} UMIs and ${Math.round(minimumShare * 100)} % of the guide UMIs of the cell.`,
        hint: '',
      },
    ],
  }
}
