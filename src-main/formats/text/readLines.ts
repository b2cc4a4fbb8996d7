import { readBytes } from './readBytes'

/** Whole lines of a text file as bytes. */
export interface LineBlock {
  /** One or more lines; the last one ends with a line feed, except at the end of a file that lacks it. */
  readonly bytes: Buffer
  /** 1-based number of the first line. */
  readonly firstLine: number
}

export const lineFeed = 0x0a

/**
 * A text file in blocks of whole lines, never holding more than a chunk and a line.
 * @throws what `readBytes` throws
 */
export async function* readLineBlocks(path: string): AsyncGenerator<LineBlock> {
  let rest: Buffer[] = []
  let line = 1
  for await (const chunk of readBytes(path)) {
    const end = chunk.lastIndexOf(lineFeed)
    if (end < 0) {
      rest.push(chunk)
      continue
    }
    const whole = chunk.subarray(0, end + 1)
    const bytes = rest.length === 0 ? whole : Buffer.concat([...rest, whole])
    yield { bytes, firstLine: line }
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) line += 1
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : []
  }
  const last = Buffer.concat(rest)
  if (last.length > 0) yield { bytes: last, firstLine: line }
}

/** The lines of a text file as strings, without their line ends and a byte order mark, with their 1-based numbers. */
export async function* readLines(path: string): AsyncGenerator<{ text: string; line: number }> {
  for await (const block of readLineBlocks(path)) {
    let line = block.firstLine
    let start = 0
    while (start < block.bytes.length) {
      const found = block.bytes.indexOf(lineFeed, start)
      const end = found < 0 ? block.bytes.length : found
      let text = block.bytes.toString('utf8', start, end)
      if (text.endsWith('\r')) text = text.slice(0, -1)
      if (line === 1) text = text.replace(/^\uFEFF/, '')
      yield { text, line }
      start = end + 1
      line += 1
    }
  }
}
