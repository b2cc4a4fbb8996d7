import { ShiftscopeError } from '@contract/errors'
import { looksLikeControl } from '../screen/controls'
import type { LongWork } from '../screen/longWork'
import { controlCell, type Screen } from '../screen/screen'
import { chooseMatrix } from './chooseMatrix'
import type { CountsFile } from './countsFile'
import { fillMatrix } from './fillMatrix'
import { pickRows } from './guides/readLabels'
import { openCounts } from './openCounts'
import { makeUnique } from './uniqueNames'

/** Which cells and which matrix of a file to read. */
export interface CellChoice {
  /** Null lets the reader choose. */
  readonly layer: string | null
  /** Only cells with this label in this column; null reads all. */
  readonly only: { readonly column: string; readonly label: string } | null
}

/**
 * Reads cells without perturbations from a file of counts of any format: all of them are control cells.
 * @throws ShiftscopeError `simulation/whichCells` when the file names controls in a column and the choice does not,
 *   `simulation/noSuchColumn`, `simulation/noSuchLabel`, and what reading counts throws
 */
export async function readCells(path: string, choice: CellChoice, work: LongWork = {}): Promise<Screen> {
  const file = await openCounts(path)
  const cells = chooseCells(file, choice.only)
  const chosen = await chooseMatrix(file, choice.layer, {
    signal: work.signal,
    onProgress: (fraction) =>
      work.onProgress?.(fraction === null ? null : 0.5 * fraction, 'Checking the counts'),
  })
  const counts = await fillMatrix(
    file,
    chosen.matrix,
    chosen.survey,
    { kind: 'gene', cells },
    {
      signal: work.signal,
      onProgress: (fraction) =>
        work.onProgress?.(fraction === null ? null : 0.5 + 0.5 * fraction, 'Reading the counts'),
    },
  )
  const { ids, symbols, kinds } = chosen.matrix.features
  const genes = kinds.flatMap((kind, feature) => (kind === 'gene' ? [feature] : []))
  const barcodes = makeUnique(file.barcodes).names
  const columns = [...file.cellColumns].filter(([name]) => name !== choice.only?.column)
  return {
    counts,
    genes: {
      ids: makeUnique(genes.map((feature) => ids[feature])).names,
      symbols: genes.map((feature) => symbols[feature]),
    },
    barcodes: Array.from(cells, (cell) => barcodes[cell]),
    perturbations: [],
    perturbationOfCell: new Int32Array(cells.length).fill(controlCell),
    guidesOfCell: new Array<string>(cells.length).fill(''),
    covariates: Object.fromEntries(columns.map(([name, column]) => [name, pickRows(column, cells)])),
  }
}

function chooseCells(file: CountsFile, only: CellChoice['only']): Uint32Array {
  const all = Uint32Array.from(file.barcodes.keys())
  if (only === null) {
    refuseMixedCells(file)
    return all
  }
  const column = file.cellColumns.get(only.column)
  if (column?.kind !== 'text') {
    throw new ShiftscopeError({
      code: 'simulation/noSuchColumn',
      message: `The cell annotation has no column of labels named "${only.column}".`,
      where: file.path,
      hint: `Its columns are: ${[...file.cellColumns.keys()].join(', ') || 'none'}.`,
    })
  }
  const code = column.levels.indexOf(only.label)
  const cells = all.filter((cell) => code >= 0 && column.codes[cell] === code)
  if (cells.length > 0) return cells
  throw new ShiftscopeError({
    code: 'simulation/noSuchLabel',
    message: `No cell has the label "${only.label}" in the column "${only.column}".`,
    where: file.path,
    hint: `Labels of this column are: ${column.levels.slice(0, 12).join(', ')}.`,
  })
}

/** A column with control labels among others says that not all cells are controls. */
function refuseMixedCells(file: CountsFile): void {
  for (const [name, column] of file.cellColumns) {
    if (column.kind !== 'text') continue
    const used = new Set(column.codes)
    const levels = column.levels.filter((_, code) => used.has(code))
    const control = levels.find(looksLikeControl)
    if (control === undefined || levels.every(looksLikeControl)) continue
    throw new ShiftscopeError({
      code: 'simulation/whichCells',
      message: `Not all cells of the file seem to be controls: the column "${name}" holds "${control}" and other labels.`,
      where: file.path,
      hint: `Name the control cells: --only "${name}=${control}".`,
    })
  }
}
