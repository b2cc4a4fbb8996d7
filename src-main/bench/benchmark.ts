/** What a measurement gives. */
export interface Measurement {
  /** For programs (`--json`). */
  readonly figures: Readonly<Record<string, unknown>>
  /** For people. */
  readonly lines: readonly string[]
}

/** A measurement that `npm run bench -- NAME` makes. */
export interface Benchmark {
  /** What it measures, in a few words. */
  readonly summary: string
  /** Its flags, as the usage shows them. */
  readonly flags: string
  /**
   * @param flags what stands after the name, without `--json`
   * @throws WrongUsage, or an error of `parseArgs`, for flags that it does not know
   */
  measure(flags: readonly string[]): Promise<Measurement>
}

/** A flag that cannot be understood. */
export class WrongUsage extends Error {}

/** The value of a flag that is a whole number of at least 1. @throws WrongUsage */
export function wholeNumber(flag: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new WrongUsage(`${flag} takes a whole number of at least 1, not "${text}".`)
}

/** Lines of a table: the first column to the left, numbers to the right. */
export function tableLines(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column].length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
  return all.map(line)
}

/** Middle value; the upper one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}
