/** One line of a CSV file (RFC 4180, line feed): cells with commas, quotes or line breaks are quoted. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\n`
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Lines of a CSV file; nothing stands for null. */
export function csvText(lines: readonly (readonly (string | number | null)[])[]): string {
  return lines.map((cells) => csvLine(cells.map((cell) => (cell === null ? '' : String(cell))))).join('')
}
