const minus = '−'

/** A decimal number with fixed digits, a true minus sign and thousands separators: `−1,234.50`; never `−0.00`. */
export function formatFixed(value: number, digits = 2): string {
  return new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .format(value)
    .replace(/^-(?=[0.]*$)/, '')
    .replace('-', minus)
}

/** A shift or score, its sign always shown: `+1.25`, `−0.40`, `0.00`. */
export function formatSigned(value: number, digits = 2): string {
  const text = formatFixed(value, digits)
  return text.startsWith(minus) || /^[0.]*$/.test(text) ? text : `+${text}`
}

/** A number on an axis, as ECharts chose it, with a true minus sign. */
export function tick(value: number): string {
  return String(value).replace('-', minus)
}
