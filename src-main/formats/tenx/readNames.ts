import { ShiftscopeError } from '@contract/errors'
import { type Features, makeFeatures } from '../countsFile'
import { readLines } from '../text/readLines'
import { readTable } from '../text/readTable'

interface NamesTable {
  readonly rows: readonly (readonly string[])[]
  /** 1-based lines of the rows. */
  readonly lines: readonly number[]
}

/** TSV as 10x writes it has no quoting; CSV as R writes it is quoted, with a header and row numbers first. */
async function readRows(path: string): Promise<NamesTable> {
  const rows: (readonly string[])[] = []
  const lines: number[] = []
  if (/\.csv(?:\.gz)?$/i.test(path)) {
    for await (const { fields, line } of readTable(path)) {
      rows.push(fields)
      lines.push(line)
    }
    return { rows, lines }
  }
  for await (const { text, line } of readLines(path)) {
    if (text === '') continue
    rows.push(text.split('\t'))
    lines.push(line)
  }
  return { rows, lines }
}

/** What R, pandas and people write over a column of names. */
const headerWord =
  /^(?:x|v1|index|barcodes?|cells?|genes?|features?)$|^(?:cell|gene|feature)[_ .-]?(?:ids?|names?|symbols?)$/i

/**
 * Drops a header (one row more than the matrix has) and a first column of row numbers.
 * @param expected sizes of the matrix, one of which the number of names must be
 */
function bareRows(table: NamesTable, expected: readonly number[]): NamesTable {
  const header =
    !expected.includes(table.rows.length) &&
    expected.includes(table.rows.length - 1) &&
    table.rows[0].some((field) => headerWord.test(field))
  const rows = header ? table.rows.slice(1) : table.rows
  const lines = header ? table.lines.slice(1) : table.lines
  const numbered = rows.length > 0 && rows.every((row, i) => row.length > 1 && row[0] === String(i + 1))
  return { rows: numbered ? rows.map((row) => row.slice(1)) : rows, lines }
}

function requireNames(path: string, table: NamesTable, what: string): void {
  const empty = table.rows.findIndex((row) => row[0] === '')
  if (empty < 0) return
  throw new ShiftscopeError({
    code: 'import/emptyName',
    message: `A ${what} has no name.`,
    where: `${path}, line ${table.lines[empty]}`,
    hint: 'Correct this line, or export the matrix again.',
  })
}

/**
 * Barcodes of a 10x folder: the first column.
 * @param matrixSizes rows and columns of the matrix, for telling a header
 * @throws ShiftscopeError `import/emptyName`; what `readLines` and `readTable` throw
 */
export async function readBarcodeNames(path: string, matrixSizes: readonly number[]): Promise<string[]> {
  const table = bareRows(await readRows(path), matrixSizes)
  requireNames(path, table, 'cell')
  return table.rows.map((row) => row[0])
}

/**
 * Features of a 10x folder: one to three columns (id, name, type); further ones are ignored.
 * @throws ShiftscopeError `import/emptyName`; what `readLines` and `readTable` throw
 */
export async function readFeatureNames(path: string, matrixSizes: readonly number[]): Promise<Features> {
  const table = bareRows(await readRows(path), matrixSizes)
  requireNames(path, table, 'gene')
  const typed = table.rows.some((row) => row.length >= 3)
  return makeFeatures(
    table.rows.map((row) => row[0]),
    table.rows.map((row) => row.at(1) ?? row[0]),
    typed ? table.rows.map((row) => row.at(2) ?? '') : null,
  )
}
