const counts = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** A whole number with thousands separators: `20,729`. */
export function formatCount(value: number): string {
  return counts.format(value)
}

/** A measured quantity with so many significant digits: `0.0312`, `1,250`. */
export function formatDecimal(value: number, significantDigits = 3): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(significantDigits - 1)
  return new Intl.NumberFormat('en', { maximumSignificantDigits: significantDigits }).format(value)
}

/** A share between 0 and 1 as a percentage: `42 %`; under 10 % with one decimal. */
export function formatPercent(share: number): string {
  const percent = share * 100
  const digits = percent > 0 && percent < 10 && !Number.isInteger(percent) ? 1 : 0
  return `${percent.toFixed(digits)} %`
}

/** A count with its noun: `1 cell`, `2,289 cells`. */
export function countOf(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${value === 1 ? singular : plural}`
}
