import { perturbationLabel, type DrawnGraph } from './drawnGraph'
import type { TargetGraphView } from './targetGraphView'

/** Where the parts of the heat map lie, in CSS pixels of the figure. */
export interface HeatMapLayout {
  plot: { left: number; top: number; right: number; bottom: number }
  /** Strip with the number of cells, between the names and the plot. */
  strip: { width: number; gap: number }
  /** How latents are written over their columns. */
  columnLabels: 'stacked' | 'rotated'
  /** Characters that have room over a column, where names are stacked. */
  columnCharacters: { name: number; gene: number }
  /** Sliders beside the plot: only where not everything has room. */
  sliders: { rows: boolean; columns: boolean }
}

/** Width of a capital at 11 px in the widest of the system fonts; names of genes are all capitals. */
const capitalWidth = 7.6
/** Mean width of a character at 11 px in a bold name such as "Latent 10". */
const boldWidth = 6.8
/** Mean width of a character at 11 px in a line of mixed text. */
const characterWidth = 6.3
const widestName = 18
/** Longest name of a gene over a column; longer ones are IDs. */
const longestGene = 10
export const longestRotatedLabel = 34
const lineHeight = 14
const legendHeight = 52

/** Rows over this number get a slider, columns likewise. */
const [manyRows, manyColumns] = [45, 28]

export function heatMapLayout(graph: DrawnGraph, view: TargetGraphView, width: number): HeatMapLayout {
  const longestName = Math.max(4, ...view.rows.map((row) => perturbationLabel(graph, row).length))
  const strip = { width: 10, gap: 5 }
  const left = Math.ceil(Math.min(longestName, widestName) * capitalWidth) + strip.width + 2 * strip.gap + 8
  const sliders = { rows: view.rows.length > manyRows, columns: view.columns.length > manyColumns }
  const right = sliders.rows ? 34 : 14
  const columnWidth = (width - left - right) / Math.max(1, view.columns.length)
  const columnLabels = columnWidth >= 62 ? 'stacked' : 'rotated'
  const longestLabel = Math.max(8, ...view.columns.map((column) => columnLabel(graph, column).length))
  const top =
    columnLabels === 'stacked'
      ? 4 * lineHeight + 14
      : Math.ceil(Math.min(longestLabel, longestRotatedLabel) * characterWidth) + 14
  const bottom = legendHeight + (sliders.columns ? 26 : 6)
  const charactersIn = (each: number) => Math.max(6, Math.floor(columnWidth / each))
  const columnCharacters = { name: charactersIn(boldWidth), gene: charactersIn(capitalWidth) }
  return { plot: { left, top, right, bottom }, strip, columnLabels, columnCharacters, sliders }
}

/** One line for a latent: its name and its three top genes. */
export function columnLabel(graph: DrawnGraph, column: number): string {
  const { label, topGenes } = graph.latents[column]
  const genes = topGenes.map((gene) => shortenedGene(gene, longestGene))
  return genes.length === 0 ? label : `${label}: ${genes.join(', ')}`
}

export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

/** Names of genes that are too long are IDs, which all begin alike: their end is kept. */
export function shortenedGene(gene: string, longest: number): string {
  return gene.length > longest ? `…${gene.slice(1 - longest)}` : gene
}

/** Height of the whole figure: rows that can be read as long as they fit on a screen. */
export function heatMapHeight(rows: number, layout: HeatMapLayout): number {
  return layout.plot.top + layout.plot.bottom + Math.min(640, Math.max(180, rows * 22))
}
