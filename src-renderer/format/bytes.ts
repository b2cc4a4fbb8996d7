const units = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** Bytes in decimal units, as file managers show them: `812 bytes`, `3.4 MB`, `120 GB`. */
export function formatBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  while (Math.abs(size) >= 999.5 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  const digits = unit > 0 && Math.abs(size) < 9.95 ? 1 : 0
  return `${size.toFixed(digits)} ${units[unit]}`
}
