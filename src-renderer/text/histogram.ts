import { countOf, formatCount } from '../format/numbers'

export const histogramText = {
  cells: 'Cells',
  keep: 'Keep cells with at least',
  handle: (title: string) => `Threshold: ${title}`,
  keptFrom: (threshold: string, unit: string) => `Cells with at least ${threshold} ${unit} are kept.`,
  bin: (from: number, to: number, cells: number, unit: string) =>
    `${formatCount(from)} to ${formatCount(to)} ${unit}: ${countOf(cells, 'cell')}`,
  summary: (first: number, last: number, unit: string, words: string) =>
    `Cells have from ${formatCount(first)} to ${formatCount(last)} ${unit}. ${words}`,
  columns: (unit: string) => [
    { key: `${unit}_from`, title: `From (${unit})` },
    { key: `${unit}_to`, title: `To (${unit})` },
    { key: 'cells', title: 'Cells' },
  ],
}
