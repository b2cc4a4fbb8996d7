/** Names with a number, filled with zeros so that they sort in order: P01, P02, … */
export function numbered(prefix: string, count: number): string[] {
  const digits = String(count).length
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i + 1).padStart(digits, '0')}`)
}
