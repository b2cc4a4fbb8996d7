import { ShiftscopeError } from '@contract/errors'
import { type EntryBlock, blockLength, newBlock } from '../countsFile'
import { lineFeed, readLineBlocks, readLines } from '../text/readLines'

export interface MatrixMarketSize {
  readonly rows: number
  readonly columns: number
  readonly entries: number
  /** 1-based line that holds the three sizes; entries begin on the next. */
  readonly sizeLine: number
}

function malformed(path: string, line: number, message: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'import/badMatrixMarket',
    message,
    where: `${path}, line ${line}`,
    hint: 'Write the matrix again as "%%MatrixMarket matrix coordinate integer general", or copy the file again if it was cut short.',
  })
}

/**
 * Reads the header of a MatrixMarket file: type line, comments, sizes.
 * @throws ShiftscopeError `import/badMatrixMarket` with the line; what `readLines` throws
 */
export async function readMatrixMarketSize(path: string): Promise<MatrixMarketSize> {
  let lastLine = 0
  for await (const { text, line } of readLines(path)) {
    lastLine = line
    if (line === 1) {
      checkTypeLine(path, text)
      continue
    }
    if (text.startsWith('%') || text.trim() === '') continue
    const sizes = text.trim().split(/\s+/).map(Number)
    if (sizes.length !== 3 || !sizes.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      throw malformed(
        path,
        line,
        `The sizes of the matrix are expected here (rows, columns, entries), not "${text}".`,
      )
    }
    return { rows: sizes[0], columns: sizes[1], entries: sizes[2], sizeLine: line }
  }
  throw malformed(path, lastLine, 'The file ends before the sizes of the matrix.')
}

function checkTypeLine(path: string, text: string): void {
  const words = text.trim().toLowerCase().split(/\s+/)
  if (words[0] !== '%%matrixmarket') {
    throw malformed(path, 1, `The file does not begin with "%%MatrixMarket" but with "${text.slice(0, 40)}".`)
  }
  if (words[2] !== 'coordinate') throw malformed(path, 1, 'Only sparse ("coordinate") matrices are read.')
  if (!['integer', 'real', 'double', 'unsigned-integer'].includes(words[3])) {
    throw malformed(path, 1, `The matrix holds values of the type "${words[3]}" instead of numbers.`)
  }
  if (words[4] !== 'general') throw malformed(path, 1, 'Only matrices of the kind "general" are read.')
}

const space = 0x20
const tab = 0x09
const carriageReturn = 0x0d
const zero = 0x30

/**
 * The entries of a MatrixMarket file in file order, with 0-based rows and columns.
 * @param genesInRows rows are features and columns cells, as 10x writes them; otherwise the other way round
 * @throws ShiftscopeError `import/badMatrixMarket` with the line of an entry that is malformed or out of range, or where
 * the file ends too early
 */
export async function* matrixMarketEntries(
  path: string,
  size: MatrixMarketSize,
  genesInRows: boolean,
): AsyncGenerator<EntryBlock> {
  const block = newBlock()
  const rowOut = genesInRows ? block.features : block.cells
  const columnOut = genesInRows ? block.cells : block.features
  let filled = 0
  let entries = 0
  let line = 1
  for await (const { bytes, firstLine } of readLineBlocks(path)) {
    line = firstLine
    let at = 0
    while (at < bytes.length) {
      if (line <= size.sizeLine) {
        at = nextLine(bytes, at)
        line += 1
        continue
      }
      while (bytes[at] === space || bytes[at] === tab || bytes[at] === carriageReturn) at++
      if (at >= bytes.length || bytes[at] === lineFeed) {
        at++
        line += 1
        continue
      }
      // Two positive integers, by hand: this loop is most of the time of an import.
      let row = 0
      let column = 0
      const rowStart = at
      for (let digit = bytes[at] - zero; digit >= 0 && digit <= 9; digit = bytes[++at] - zero)
        row = row * 10 + digit
      const rowEnd = at
      while (bytes[at] === space || bytes[at] === tab) at++
      const columnStart = at
      for (let digit = bytes[at] - zero; digit >= 0 && digit <= 9; digit = bytes[++at] - zero)
        column = column * 10 + digit
      const columnEnd = at
      while (bytes[at] === space || bytes[at] === tab) at++
      if (rowEnd === rowStart || columnStart === rowEnd || columnEnd === columnStart || at === columnEnd) {
        throw malformed(path, line, 'An entry is expected here: row, column, value.')
      }
      let value = 0
      const valueStart = at
      for (let digit = bytes[at] - zero; digit >= 0 && digit <= 9; digit = bytes[++at] - zero)
        value = value * 10 + digit
      if (at === valueStart || !isBlank(bytes[at])) {
        const end = wordEnd(bytes, valueStart)
        const text = bytes.toString('latin1', valueStart, end)
        const real = parseReal(text)
        if (real === null) throw malformed(path, line, `"${text}" is not a number.`)
        value = real
        at = end
      }
      if (row < 1 || row > size.rows || column < 1 || column > size.columns) {
        throw malformed(
          path,
          line,
          `The entry at row ${row}, column ${column} lies outside the matrix of ${size.rows} rows and ${size.columns} columns.`,
        )
      }
      at = nextLine(bytes, at)
      line += 1
      entries += 1
      rowOut[filled] = row - 1
      columnOut[filled] = column - 1
      block.values[filled] = value
      if (++filled === blockLength) {
        block.length = filled
        yield block
        filled = 0
      }
    }
  }
  if (entries !== size.entries) {
    throw malformed(
      path,
      line,
      `The file ${entries < size.entries ? 'ends after' : 'holds'} ${entries.toLocaleString('en')} entries; its header says ${size.entries.toLocaleString('en')}.`,
    )
  }
  block.length = filled
  if (filled > 0) yield block
}

/** A decimal number, or `nan` or `inf` as scipy writes them; null for anything else. */
function parseReal(text: string): number | null {
  const word = /^([-+]?)(nan|inf(?:inity)?)$/i.exec(text)
  if (word) return word[2].toLowerCase() === 'nan' ? NaN : word[1] === '-' ? -Infinity : Infinity
  const value = text === '' ? NaN : Number(text)
  return Number.isNaN(value) ? null : value
}

function isBlank(byte: number | undefined): boolean {
  return byte === undefined || byte === lineFeed || byte === space || byte === tab || byte === carriageReturn
}

function wordEnd(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && !isBlank(bytes[at])) at++
  return at
}

function nextLine(bytes: Buffer, start: number): number {
  const found = bytes.indexOf(lineFeed, start)
  return found < 0 ? bytes.length : found + 1
}
