import { ShiftscopeError } from '@contract/errors'
import { looksLikeBarcode } from '../../screen/barcodes'
import { emptyFile } from '../fileProblems'
import { readTable } from '../text/readTable'

/** A delimited table held whole, with its header and the lines of its rows. */
export interface LoadedTable {
  readonly path: string
  /** Null where the first row is already data. */
  readonly header: readonly string[] | null
  readonly rows: readonly (readonly string[])[]
  readonly lines: readonly number[]
}

export const barcodeHeaders =
  /^(?:cell[ _.-]?)?(?:barcodes?|bc)$|^cells?$|^cell[ _.-]?(?:id|names?)$|^index$|^$|^unnamed: 0$/i
export const guideHeaders =
  /^(?:guide|sgrna|grna|protospacer|feature)s?[ _.-]?(?:id|identity|name|call|calls|assignment)?$|^guide_?identity$/i
export const targetHeaders =
  /^(?:target|perturbation|gene|condition|label)s?(?:[ _.-]?(?:gene|name|symbol|id|genes|gene[ _.-]name))?$/i

/** `AAACCTG-1` and `cell_00001` become patterns: rows of one column share theirs, its header does not. */
function patternOf(text: string): string {
  if (looksLikeBarcode(text)) return 'barcode'
  return text.replace(/\d+/g, '9').replace(/[a-z]+/gi, 'a')
}

/** A first row is data when its first field has the pattern of those below, and no field is a known header. */
function firstRowIsData(rows: readonly (readonly string[])[]): boolean {
  const [first, ...others] = rows
  if (others.length === 0)
    return !first.some((field) => barcodeHeaders.test(field) || guideHeaders.test(field))
  const known = [barcodeHeaders, guideHeaders, targetHeaders]
  if (first.some((field) => field !== '' && known.some((pattern) => pattern.test(field)))) return false
  return first[0] !== '' && others.slice(0, 20).every((row) => patternOf(row[0]) === patternOf(first[0]))
}

/**
 * Reads a delimited table whole and tells whether it has a header. Where the header has one field less than the rows
 * (R's write.table), a nameless first column is put before it.
 * @param mostRows data rows to read at most, for a first look
 * @throws ShiftscopeError `tables/missingField` with the line; what `readTable` throws
 */
export async function loadTable(path: string, mostRows = Infinity): Promise<LoadedTable> {
  const rows: (readonly string[])[] = []
  const lines: number[] = []
  for await (const { fields, line } of readTable(path)) {
    rows.push(fields)
    lines.push(line)
    if (rows.length > mostRows) break
  }
  if (rows.length === 0) throw emptyFile(path)
  const hasHeader = !firstRowIsData(rows)
  let header = hasHeader ? rows[0] : null
  const body = hasHeader ? rows.slice(1) : rows
  const bodyLines = hasHeader ? lines.slice(1) : lines
  const width = body.at(0)?.length ?? 0
  if (header && header.length === width - 1) header = ['', ...header]
  const expected = header?.length ?? width
  const uneven = body.findIndex((row) => row.length !== expected)
  if (uneven >= 0) {
    throw new ShiftscopeError({
      code: 'tables/missingField',
      message: `A row has ${body[uneven].length} fields where ${expected} are expected.`,
      where: `${path}, line ${bodyLines[uneven]}`,
      hint: 'Correct this line: a field is missing, or a field holds the delimiter without quotation marks.',
    })
  }
  return { path, header, rows: body, lines: bodyLines }
}

/** Position of the first header that fits; -1 where none does. */
export function findColumn(table: LoadedTable, pattern: RegExp): number {
  return table.header?.findIndex((name) => pattern.test(name)) ?? -1
}

/**
 * The value of a field that must not be empty.
 * @throws ShiftscopeError `tables/missingField` with the line and the column
 */
export function requireField(table: LoadedTable, row: number, column: number): string {
  const value = table.rows[row][column]
  if (value !== '') return value
  const name = table.header?.[column]
  throw new ShiftscopeError({
    code: 'tables/missingField',
    message: `The field ${name ? `"${name}"` : `in column ${column + 1}`} is empty.`,
    where: `${table.path}, line ${table.lines[row]}`,
    hint: 'Fill in this field, or remove the line.',
  })
}
