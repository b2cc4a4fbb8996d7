const quote = 0x22
const carriageReturn = 0x0d

/** End of the field that starts at `start`: the position of the next delimiter outside quotes, or `lineEnd`. */
export function fieldEnd(bytes: Buffer, start: number, lineEnd: number, delimiter: number): number {
  let at = start
  if (bytes[at] === quote) {
    at += 1
    while (at < lineEnd && !(bytes[at] === quote && bytes[at + 1] !== quote))
      at += bytes[at] === quote ? 2 : 1
  }
  while (at < lineEnd && bytes[at] !== delimiter) at += 1
  return at
}

/** Text of a field, without its quotes and surrounding blanks. */
export function fieldText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end).trim()
  return text.startsWith('"') && text.endsWith('"') && text.length > 1
    ? text.slice(1, -1).replaceAll('""', '"')
    : text
}

/** All fields of a line. */
export function splitFields(bytes: Buffer, start: number, lineEnd: number, delimiter: number): string[] {
  const fields: string[] = []
  for (let at = start; at <= lineEnd;) {
    const end = fieldEnd(bytes, at, lineEnd, delimiter)
    fields.push(fieldText(bytes, at, end))
    at = end + 1
  }
  return fields
}

/** End of a line without its carriage return. */
export function trimmedEnd(bytes: Buffer, start: number, end: number): number {
  return end > start && bytes[end - 1] === carriageReturn ? end - 1 : end
}

const missingWord = /^(?:na|nan|null|none|-|)$/i

/**
 * The number that a field holds: NaN for an empty field and the usual words for a missing value.
 * @returns null for any other text
 */
export function numberOf(text: string): number | null {
  if (missingWord.test(text)) return NaN
  const value = Number(text)
  return Number.isNaN(value) ? null : value
}
