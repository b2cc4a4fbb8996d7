const grouped = new Intl.NumberFormat('en')

/** 20729 → "20,729". */
export function amount(value: number): string {
  return grouped.format(value)
}

/** 1 → "1 cell", 3 → "3 cells". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${amount(value)} ${value === 1 ? one : many}`
}

/** Seconds in words: "8 s", "2 min 5 s", "1 h 12 min". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** Bytes in decimal units, as in the app: "812 kB", "1.4 GB". */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value.toFixed(unit > 0 && value < 9.95 ? 1 : 0)} ${units[unit]}`
}

/** Rows with their columns aligned; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string[] {
  const text = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? amount(cell) : cell)))
  const widths: number[] = []
  for (const row of text) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)))
  }
  return rows.map((row, line) =>
    row
      .map((cell, column) =>
        typeof cell === 'number'
          ? text[line][column].padStart(widths[column])
          : text[line][column].padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  )
}
