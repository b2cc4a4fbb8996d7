import type { Finding } from '@contract/inspection'
import type { Covariate } from '../../screen/screen'
import { type CountsFile, makeFeatures } from '../countsFile'
import { textColumn } from '../hdf5/dataframe'
import { delimitedEntries } from './delimitedEntries'
import { type DelimitedTable, readDelimitedNames } from './delimitedTable'
import { orientationOf } from './orientation'

/**
 * Opens a CSV or TSV of counts, cells or genes in rows. Columns of text are cell annotation (cells in rows) or further
 * names of the genes (genes in rows, the first of them is the symbol).
 * @throws what `readDelimitedNames` throws
 */
export async function openDelimited(path: string): Promise<CountsFile> {
  const table = await readDelimitedNames(path)
  const numeric = table.columnNames.flatMap((_, column) => (table.textColumns.has(column) ? [] : [column]))
  const names = numeric.map((column) => table.columnNames[column])
  const { cellsInRows, certain } = orientationOf(table.rowNames, names)
  const columnPosition = new Int32Array(table.columnNames.length).fill(-1)
  numeric.forEach((column, position) => (columnPosition[column] = position))
  const barcodes = cellsInRows ? table.rowNames : names
  const ids = cellsInRows ? names : table.rowNames
  const symbols = cellsInRows ? undefined : table.textColumns.values().next().value
  return {
    format: 'delimited',
    path,
    barcodes,
    cellColumns: cellsInRows ? annotation(table) : new Map<string, Covariate>(),
    matrices: [
      {
        name: 'matrix',
        features: makeFeatures(ids, symbols ?? ids, null),
        storedEntries: null,
        entries: () => delimitedEntries(table, { cellsInRows, columnPosition }),
      },
    ],
    findings: [orientationFinding(cellsInRows, certain, barcodes.length, ids.length)],
  }
}

function annotation(table: DelimitedTable): Map<string, Covariate> {
  return new Map(
    [...table.textColumns].map(([column, values]) => [table.columnNames[column], textColumn(values)]),
  )
}

function orientationFinding(cellsInRows: boolean, certain: boolean, cells: number, genes: number): Finding {
  const read = `Read as ${cells.toLocaleString('en')} cells in ${cellsInRows ? 'rows' : 'columns'} and ${genes.toLocaleString('en')} genes in ${cellsInRows ? 'columns' : 'rows'}`
  if (certain) return { severity: 'note', message: `${read}, by their names.`, hint: '' }
  return {
    severity: 'attention',
    message: `${read}: the names do not say which are the cells, and there are usually more cells than genes.`,
    hint: 'If it is the other way round, transpose the table, or give the cells barcodes and the genes symbols.',
  }
}
