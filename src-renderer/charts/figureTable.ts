/** A value of a figure's table; null is an empty cell. */
export type FigureValue = string | number | null

export interface FigureColumn {
  /** Column name in saved files: lower case with underscores. */
  key: string
  /** Column heading on screen, with the unit. */
  title: string
}

/** The numbers behind a figure: shown as a table and saved as CSV. */
export interface FigureTable {
  columns: readonly FigureColumn[]
  rows: readonly (readonly FigureValue[])[]
}

function csvField(value: FigureValue): string {
  if (value === null) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The table as CSV (RFC 4180, line feeds): one header line of column keys, numbers in full precision. */
export function toCsv(table: FigureTable): string {
  const lines = [table.columns.map(({ key }) => key), ...table.rows]
  return lines.map((line) => line.map(csvField).join(',') + '\n').join('')
}
