import type { Histogram } from '@contract/reports'
import { quantile } from '../numerics/statistics'

const mostBins = 60
const fewestBins = 10
/** From this ratio of high to low values on, equal ratios say more than equal differences. */
const ratioForLog = 8

/**
 * Histogram of whole numbers (counts or genes of each cell), with equal-width bins on the scale that suits them: log10
 * where all but the outermost two percent of the cells span a factor of eight, linear otherwise. A linear bin holds
 * the same number of whole numbers as every other; a log10 bin is at least as wide as their step for all but the
 * lowest percent of cells, so that the outline has no teeth. On the log10 scale cells with zero are counted in the
 * first bin.
 */
export function histogramOfCells(values: Uint32Array): Histogram {
  if (values.length === 0) return { scale: 'linear', edges: [0, 1], cells: [0] }
  let [smallest, largest] = [Infinity, 0]
  for (const value of values) {
    if (value > 0 && value < smallest) smallest = value
    if (value > largest) largest = value
  }
  const dense = Math.max(1, quantile(values, 0.01))
  if (quantile(values, 0.99) < ratioForLog * dense) return linearHistogram(values)
  const low = Math.log10(smallest)
  const high = Math.log10(largest)
  const bins = binsFor((high - low) / Math.log10(1 + 1 / dense))
  const edges = Array.from({ length: bins + 1 }, (_, edge) => 10 ** (low + ((high - low) * edge) / bins))
  edges[0] = smallest
  edges[bins] = largest
  return {
    scale: 'log10',
    edges,
    cells: fill(
      values,
      bins,
      (value) => (bins * (Math.log10(Math.max(value, smallest)) - low)) / (high - low),
    ),
  }
}

function linearHistogram(values: Uint32Array): Histogram {
  const smallest = values.reduce((least, value) => Math.min(least, value), Infinity)
  const largest = values.reduce((most, value) => Math.max(most, value), 0)
  const width = Math.ceil((largest - smallest + 1) / mostBins)
  const bins = Math.ceil((largest - smallest + 1) / width)
  return {
    scale: 'linear',
    edges: Array.from({ length: bins + 1 }, (_, edge) => smallest + width * edge),
    cells: fill(values, bins, (value) => (value - smallest) / width),
  }
}

function binsFor(finest: number): number {
  return Math.max(fewestBins, Math.min(mostBins, Math.floor(finest)))
}

/** Counts values by their position in bins from the first edge; the last bin includes its upper edge. */
function fill(values: Uint32Array, bins: number, position: (value: number) => number): number[] {
  const cells = new Array<number>(bins).fill(0)
  for (const value of values) cells[Math.min(bins - 1, Math.floor(position(value)))] += 1
  return cells
}
