import { ShiftscopeError } from '@contract/errors'
import { lineFeed, readLineBlocks } from '../text/readLines'
import { delimiterOf, firstLines } from '../text/readTable'
import { fieldEnd, fieldText, numberOf, splitFields, trimmedEnd } from './scanFields'

/** A delimited matrix with names: everything but its numbers. */
export interface DelimitedTable {
  readonly path: string
  readonly delimiter: number
  /** Names of the columns, without the one that holds the row names. */
  readonly columnNames: readonly string[]
  readonly rowNames: readonly string[]
  /** Columns that hold text, not numbers, with their values. */
  readonly textColumns: ReadonlyMap<number, readonly string[]>
}

/** A data line: the bytes of its fields. */
interface DataLine {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  readonly line: number
}

/** The lines after the header, empty ones left out. */
export async function* dataLines(path: string): AsyncGenerator<DataLine> {
  for await (const { bytes, firstLine } of readLineBlocks(path)) {
    let line = firstLine
    for (let start = 0; start < bytes.length; line++) {
      const found = bytes.indexOf(lineFeed, start)
      const next = found < 0 ? bytes.length : found
      const end = trimmedEnd(bytes, start, next)
      if (line > 1 && end > start) yield { bytes, start, end, line }
      start = next + 1
    }
  }
}

function notATable(path: string, message: string, line: number): ShiftscopeError {
  return new ShiftscopeError({
    code: 'import/notATable',
    message,
    where: `${path}, line ${line}`,
    hint: 'A table of counts has the names of the cells (or genes) in the first line, the names of the others in the first column, and counts everywhere else.',
  })
}

/**
 * Reads the names of a delimited matrix: the header, the first field of each line, and the columns of text.
 * @throws ShiftscopeError `import/notATable` with the line; what `readBytes` throws
 */
export async function readDelimitedNames(path: string): Promise<DelimitedTable> {
  const lines = await firstLines(path, 21)
  const delimiter = delimiterOf(lines[0]).charCodeAt(0)
  const asFields = (text: string) => {
    const bytes = Buffer.from(text, 'utf8')
    return splitFields(bytes, 0, bytes.length, delimiter)
  }
  const header = asFields(lines[0])
  const samples = lines
    .slice(1)
    .filter((text) => text !== '')
    .map(asFields)
  const width = samples.at(0)?.length ?? 0
  if (samples.length === 0) throw notATable(path, 'The table has a header but no rows.', 1)
  if (width < 2) throw notATable(path, 'The lines have only one field: this is not a table of counts.', 2)
  if (header.length !== width && header.length !== width - 1) {
    throw notATable(path, `The line has ${width} fields where the header has ${header.length}.`, 2)
  }
  const columnNames = header.length === width ? header.slice(1) : header
  if (columnNames.every((name) => name !== '' && Number.isFinite(Number(name)) && name.includes('.'))) {
    throw notATable(path, 'The first line holds numbers instead of names.', 1)
  }
  const isText = columnNames.map((_, column) =>
    samples.some((fields) => fields.length > column + 1 && numberOf(fields[column + 1]) === null),
  )
  if (isText.every(Boolean)) throw notATable(path, 'The table holds no numbers.', 2)

  const rowNames: string[] = []
  const texts = new Map(
    columnNames.flatMap((_, column): [number, string[]][] => (isText[column] ? [[column, []]] : [])),
  )
  for await (const { bytes, start, end, line } of dataLines(path)) {
    const name = fieldText(bytes, start, fieldEnd(bytes, start, end, delimiter))
    if (name === '') throw notATable(path, 'The row has no name in its first field.', line)
    rowNames.push(name)
    if (texts.size === 0) continue
    const fields = splitFields(bytes, start, end, delimiter)
    for (const [column, values] of texts) values.push(fields.at(column + 1) ?? '')
  }
  return { path, delimiter, columnNames, rowNames, textColumns: texts }
}
