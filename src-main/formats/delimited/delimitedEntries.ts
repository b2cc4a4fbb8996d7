import { ShiftscopeError } from '@contract/errors'
import { type EntryBlock, blockLength, newBlock } from '../countsFile'
import { type DelimitedTable, dataLines } from './delimitedTable'
import { fieldEnd, fieldText, numberOf } from './scanFields'

const zero = 0x30

/** Which cell or feature each row or column of the table is; -1 leaves it out. */
export interface TableAxes {
  readonly cellsInRows: boolean
  /** For each column of the table its position among cells or features, or -1 for columns of text. */
  readonly columnPosition: Int32Array
}

function badField(table: DelimitedTable, line: number, message: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'import/badField',
    message,
    where: `${table.path}, line ${line}`,
    hint: 'Correct this line, or export the table again.',
  })
}

/**
 * The non-zero values of a delimited matrix in file order. Missing values come as NaN.
 * @throws ShiftscopeError `import/badField` with the line and the column of a field that is no number, or of a line
 * with too many or too few fields
 */
export async function* delimitedEntries(table: DelimitedTable, axes: TableAxes): AsyncGenerator<EntryBlock> {
  const block = newBlock()
  const rowOut = axes.cellsInRows ? block.cells : block.features
  const columnOut = axes.cellsInRows ? block.features : block.cells
  const { delimiter, columnNames } = table
  let filled = 0
  let row = 0
  for await (const { bytes, start, end, line } of dataLines(table.path)) {
    let at = fieldEnd(bytes, start, end, delimiter)
    let column = 0
    while (at < end) {
      at += 1
      if (column >= columnNames.length) break
      const position = axes.columnPosition[column]
      const fieldStart = at
      let value = 0
      for (let digit = bytes[at] - zero; at < end && digit >= 0 && digit <= 9; digit = bytes[++at] - zero) {
        value = value * 10 + digit
      }
      if (at === fieldStart || (at < end && bytes[at] !== delimiter)) {
        at = fieldEnd(bytes, fieldStart, end, delimiter)
        if (position >= 0) {
          const text = fieldText(bytes, fieldStart, at)
          const number = numberOf(text)
          if (number === null) {
            throw badField(
              table,
              line,
              `"${text.slice(0, 40)}" in column "${columnNames[column]}" is not a number.`,
            )
          }
          value = number
        }
      }
      if (value !== 0 && position >= 0) {
        rowOut[filled] = row
        columnOut[filled] = position
        block.values[filled] = value
        if (++filled === blockLength) {
          block.length = filled
          yield block
          filled = 0
        }
      }
      column += 1
    }
    if (column !== columnNames.length || at < end) {
      throw badField(
        table,
        line,
        `The line has not ${columnNames.length + 1} fields, as the first lines have.`,
      )
    }
    row += 1
  }
  block.length = filled
  if (filled > 0) yield block
}
