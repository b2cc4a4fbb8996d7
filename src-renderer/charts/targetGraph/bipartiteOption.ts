import type { EChartsOption, GraphSeriesOption } from 'echarts'
import { chartsText } from '../../text/charts'
import type { ChartMedium } from '../figureExport'
import { cssColour, divergingColour } from '../palettes'
import { formatSigned } from '../signedNumbers'
import { perturbationLabel, strongestEdges, type DrawnGraph, type GraphCell } from './drawnGraph'
import { columnLabel, shortened } from './heatMapLayout'

type GraphNode = NonNullable<GraphSeriesOption['nodes']>[number]

const nameHeight = 17
const lowest = 320
const labelSpace = { left: 150, right: 230, top: 30, bottom: 34 }
const longestLatent = 32

/** More lines than this cannot be followed by eye. */
export const mostEdgesDrawn = 150

/** Node of a perturbation or latent in the drawing, by its index in the graph. */
export const perturbationNode = (index: number) => `perturbation ${index}`
export const latentNode = (index: number) => `latent ${index}`

/** The strongest edges, at most as many as can be followed, and the perturbations and latents they join. */
export function bipartiteSides(graph: DrawnGraph) {
  const all = strongestEdges(graph)
  const edges = all.slice(0, mostEdgesDrawn)
  const left = new Set(edges.map((edge) => edge.perturbation))
  const right = new Set(edges.map((edge) => edge.latent))
  return {
    edges,
    edgesInAll: all.length,
    perturbations: graph.perturbationOrder.filter((index) => left.has(index)),
    latents: graph.latentOrder.filter((index) => right.has(index)),
  }
}

export function bipartiteHeight(graph: DrawnGraph): number {
  const { perturbations, latents } = bipartiteSides(graph)
  const names = Math.max(perturbations.length, latents.length)
  return Math.max(lowest, names * nameHeight + labelSpace.top + labelSpace.bottom)
}

/** Perturbations on the left, latents on the right; an edge's colour is the sign and its width the size of the shift. */
export function bipartiteOption(
  graph: DrawnGraph,
  selected: Partial<GraphCell> | null,
  { ink, width, height, output, animate }: ChartMedium,
): EChartsOption {
  const { edges, perturbations, latents } = bipartiteSides(graph)
  const { limit, certainty, words } = graph
  const inner = {
    width: Math.max(80, width - labelSpace.left - labelSpace.right),
    height: height - labelSpace.top - labelSpace.bottom,
  }
  const across = (place: number, count: number) => ((place + 0.5) / count) * inner.height
  const chosen = (is: boolean) =>
    is ? { fontWeight: 'bold' as const, color: ink.accent } : { color: ink.text }

  const nodes: GraphNode[] = [
    ...perturbations.map((index, place) => ({
      id: perturbationNode(index),
      name: perturbationLabel(graph, index),
      x: 0,
      y: across(place, perturbations.length),
      symbol: 'circle',
      symbolSize: 7,
      itemStyle: { color: ink.text },
      label: { position: 'left' as const, ...chosen(selected?.perturbation === index) },
    })),
    ...latents.map((index, place) => ({
      id: latentNode(index),
      name: shortened(columnLabel(graph, index), longestLatent),
      x: inner.width,
      y: across(place, latents.length),
      symbol: 'rect',
      symbolSize: 9,
      itemStyle: { color: ink.text },
      label: { position: 'right' as const, ...chosen(selected?.latent === index) },
    })),
  ]
  const strength = (shift: number) => Math.min(1, Math.abs(shift) / limit)
  const series: GraphSeriesOption = {
    type: 'graph',
    layout: 'none',
    left: labelSpace.left,
    top: labelSpace.top + across(0, Math.max(perturbations.length, latents.length, 1)),
    width: inner.width,
    height: inner.height - 2 * across(0, Math.max(perturbations.length, latents.length, 1)),
    preserveAspect: false,
    label: { show: true, fontSize: 11 },
    emphasis: { focus: 'adjacency', label: { fontWeight: 'bold' } },
    nodes,
    edges: edges.map(({ perturbation, latent }) => {
      const shift = graph.shift[perturbation][latent]
      const sentence = chartsText.edgeInWords(
        graph.perturbations[perturbation].name,
        graph.latents[latent].label,
        formatSigned(shift, graph.digits),
      )
      const sure = `${certainty.title.toLowerCase()} ${certainty.shown({ perturbation, latent })}`
      return {
        source: perturbationNode(perturbation),
        target: latentNode(latent),
        lineStyle: {
          // The sign alone decides the colour, well away from white: width tells the size.
          color: cssColour(divergingColour(ink.diverging, Math.sign(shift) * limit * 0.66, limit)),
          width: 0.75 + 5 * strength(shift),
          opacity: 0.25 + 0.6 * graph.opacity[perturbation][latent],
          type: shift < 0 ? ('dashed' as const) : ('solid' as const),
        },
        tooltip: {
          formatter: () => `${sentence} (${sure})`,
        },
      }
    }),
  }
  return {
    animation: animate,
    animationDurationUpdate: 200,
    aria: { enabled: false },
    tooltip: {
      show: output === 'screen',
      confine: true,
      backgroundColor: ink.background,
      borderColor: ink.gridLine,
      textStyle: { color: ink.text, fontSize: 12 },
    },
    graphic: [
      heading(chartsText.perturbations, labelSpace.left, 'right', ink.mutedText),
      heading(chartsText.latentsOf(words.latent), width - labelSpace.right, 'left', ink.mutedText),
      { ...heading(chartsText.bipartiteKey, width / 2, 'center', ink.mutedText), y: height - 16 },
    ],
    series: [series],
  }
}

function heading(text: string, x: number, align: 'left' | 'center' | 'right', fill: string) {
  return {
    type: 'text' as const,
    x,
    y: 4,
    silent: true,
    style: { text, align, fill, font: '11px system-ui, sans-serif' },
  }
}

/** What a clicked node stands for. */
export function nodeMeaning(id: string): Partial<GraphCell> | null {
  const [kind, index] = id.split(' ')
  if (kind === 'perturbation') return { perturbation: Number(index) }
  return kind === 'latent' ? { latent: Number(index) } : null
}
