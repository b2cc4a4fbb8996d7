import { Readable } from 'node:stream'
import { ShiftscopeError } from '@contract/errors'
import { CsvError, parse } from 'csv-parse'
import { z } from 'zod'
import { readBytes } from './readBytes'
import { readLines } from './readLines'

export interface TableRow {
  readonly fields: readonly string[]
  /** 1-based line of the file on which the row ends. */
  readonly line: number
}

const delimiters = ['\t', ',', ';'] as const
export type Delimiter = (typeof delimiters)[number]

/** The delimiter that occurs most often in the first line outside quotes; comma where none occurs. */
export function delimiterOf(firstLine: string): Delimiter {
  const bare = firstLine.replace(/"[^"]*"/g, '')
  const uses = delimiters.map((delimiter) => bare.split(delimiter).length - 1)
  const most = Math.max(...uses)
  return most === 0 ? ',' : delimiters[uses.indexOf(most)]
}

/** The first lines of a text file. */
export async function firstLines(path: string, count: number): Promise<string[]> {
  const lines: string[] = []
  for await (const { text } of readLines(path)) {
    lines.push(text)
    if (lines.length >= count) break
  }
  return lines
}

const recordSchema = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) })

/**
 * The rows of a comma-, tab- or semicolon-separated file: quoted fields, any line ends, gzip, empty lines skipped.
 * Rows may differ in length; the caller decides what is missing.
 * @throws what `readBytes` throws, and ShiftscopeError `tables/malformed`
 */
export async function* readTable(path: string): AsyncGenerator<TableRow> {
  const [first = ''] = await firstLines(path, 1)
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(first),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  })
  const source = Readable.from(readBytes(path))
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  try {
    for await (const entry of parser) {
      const { record, info } = recordSchema.parse(entry)
      yield { fields: record, line: info.lines }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new ShiftscopeError(
      {
        code: 'tables/malformed',
        message: 'The table cannot be read: a quoted field does not end where it should.',
        where: `${path}, line ${String(error.lines)}`,
        hint: 'Open the table in a text editor and correct the quotation marks on this line.',
        details: error.message,
      },
      { cause: error },
    )
  } finally {
    source.destroy()
    parser.destroy()
  }
}
