import type { TrueGraph } from '@contract/evaluation'
import type { CustomSeriesOption, EChartsOption } from 'echarts'
import { transferText } from '../../text/transfer'
import type { ChartInk } from '../chartInk'
import type { ChartMedium } from '../figureExport'
import { hoverCard } from '../hoverCard'
import { cssColour, divergingColour } from '../palettes'
import { formatSigned } from '../signedNumbers'
import { orderedRows, outcomeOf } from './trueGraphRows'

/** Rows drawn at most. */
export const mostRows = 400
const [top, bottom, gap] = [28, 74, 24]
/** Rows with names need so many pixels. */
const namedPixels = 12

function rowPixels(rows: number): number {
  return rows <= 50 ? namedPixels : Math.max(2, Math.floor(600 / rows))
}

export function trueGraphHeight(graph: TrueGraph): number {
  const rows = Math.min(mostRows, orderedRows(graph).length)
  return top + bottom + Math.max(4, rows) * rowPixels(rows)
}

/** Room for the names of perturbations on the left, in pixels. */
function namesWidth(graph: TrueGraph, rows: readonly number[]): number {
  if (rowPixels(rows.length) < namedPixels) return 16
  const longest = rows.reduce((most, row) => Math.max(most, graph.perturbations[row].name.length), 0)
  return Math.min(120, 20 + longest * 7)
}

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>

/** A panel of the figure: colours by shift, and where it differs from the truth. */
interface Panel {
  readonly shift: readonly (readonly number[])[]
  readonly isEdge: (row: number, latent: number) => boolean
  /** Marks edges that are missed or not true. */
  readonly judged: boolean
}

function largest(table: readonly (readonly number[])[], { isEdge }: Pick<Panel, 'isEdge'>): number {
  const sizes = table.flatMap((row, at) =>
    row.flatMap((value, latent) => (isEdge(at, latent) ? [Math.abs(value)] : [])),
  )
  return sizes.reduce((most, size) => Math.max(most, size), 1e-9)
}

function cells(
  graph: TrueGraph,
  rows: readonly number[],
  { shift, isEdge, judged }: Panel,
  ink: ChartInk,
): RenderItem {
  const limit = largest(shift, { isEdge })
  return (params, api) => {
    const [row, latent] = [
      rows[Math.floor(params.dataIndex / graph.latents.length)],
      params.dataIndex % graph.latents.length,
    ]
    const outcome = judged ? outcomeOf(graph, row, latent) : 'found'
    const size = api.size?.([1, 1]) ?? 0
    const [width, height] = Array.isArray(size) ? size : [size, size]
    const [x, y] = api.coord([
      params.dataIndex % graph.latents.length,
      Math.floor(params.dataIndex / graph.latents.length),
    ])
    const inset = Math.min(1, height / 8)
    const shape = {
      x: x - width / 2 + inset,
      y: y - height / 2 + inset,
      width: width - 2 * inset,
      height: height - 2 * inset,
    }
    if (!isEdge(row, latent)) {
      if (outcome !== 'missed') return { type: 'rect', shape, style: { fill: ink.shade } }
      return {
        type: 'rect',
        shape,
        style: { fill: ink.background, stroke: ink.attention, lineWidth: 1.5, lineDash: [3, 2] },
      }
    }
    const [red, green, blue] = divergingColour(ink.diverging, shift[row][latent], limit)
    const arm = Math.min(3.5, height / 2 - inset)
    const stroke = red * 0.3 + green * 0.59 + blue * 0.11 > 140 ? '#000000' : '#ffffff'
    return {
      type: 'group',
      children: [
        { type: 'rect', shape, style: { fill: cssColour([red, green, blue]) } },
        ...(outcome === 'notTrue'
          ? [1, -1].map((way) => ({
              type: 'line' as const,
              shape: { x1: x - arm, y1: y - arm * way, x2: x + arm, y2: y + arm * way },
              style: { stroke, lineWidth: 1.5 },
            }))
          : []),
      ],
    }
  }
}

/** The true graph on the left, the learned one on the right, trained perturbations as rows, true latents as columns. */
export function trueGraphOption(
  graph: TrueGraph,
  labelOf: (latent: string) => string,
  { ink, animate, output, width }: ChartMedium,
): EChartsOption {
  const { latents, perturbations, edges, shift, learned } = graph
  const rows = orderedRows(graph).slice(0, mostRows)
  const left = namesWidth(graph, rows)
  const panelWidth = Math.max(40, (width - left - gap - 8) / 2)
  const panels: readonly (Panel & { title: string; names: string[]; lefts: number })[] = [
    {
      title: transferText.truePanel,
      names: latents.map(({ name }) => name),
      lefts: left,
      shift,
      isEdge: (row, latent) => edges[row][latent],
      judged: false,
    },
    {
      title: transferText.learnedPanel,
      names: latents.map(({ match }) => (match ? labelOf(match.latent) : transferText.noMatch)),
      lefts: left + panelWidth + gap,
      shift: learned?.shift ?? [],
      isEdge: (row, latent) => learned?.edges[row][latent] ?? false,
      judged: true,
    },
  ]
  const label = { color: ink.text, fontSize: 11 }
  return {
    animation: animate,
    animationDuration: 0,
    grid: panels.map(({ lefts }) => ({
      left: lefts,
      top,
      bottom,
      width: panelWidth,
      outerBoundsMode: 'none' as const,
    })),
    graphic: panels.map(({ title, lefts }) => ({
      type: 'text' as const,
      left: lefts,
      top: 6,
      silent: true,
      style: { text: title, fill: ink.text, fontSize: 12, fontWeight: 'bold' as const },
    })),
    xAxis: panels.map(({ names }, gridIndex) => ({
      type: 'category' as const,
      gridIndex,
      data: names,
      axisLabel: {
        ...label,
        rotate: 90,
        interval: panelWidth / names.length < 12 ? ('auto' as const) : 0,
        width: 62,
        overflow: 'truncate' as const,
      },
      axisTick: { show: false },
      axisLine: { show: false },
    })),
    yAxis: panels.map((_panel, gridIndex) => ({
      type: 'category' as const,
      gridIndex,
      inverse: true,
      data: rows.map((row) => perturbations[row].name),
      axisLabel: {
        ...label,
        show: gridIndex === 0 && rowPixels(rows.length) >= namedPixels,
        interval: 0,
        width: left - 12,
        overflow: 'truncate' as const,
      },
      axisTick: { show: false },
      axisLine: { show: false },
    })),
    tooltip: hoverCard((item) => wordsOf(graph, rows, item, labelOf), { ink, output }),
    series: panels.map((panel, at) => ({
      type: 'custom' as const,
      xAxisIndex: at,
      yAxisIndex: at,
      renderItem: cells(graph, rows, panel, ink),
      data: rows.flatMap((_row, place) => latents.map((_latent, column) => [column, place])),
      encode: { x: 0, y: 1 },
    })),
  }
}

/** One pair in words, for the hover card. */
function wordsOf(
  graph: TrueGraph,
  rows: readonly number[],
  index: number,
  labelOf: (latent: string) => string,
): string[] {
  const column = index % graph.latents.length
  const row = rows[Math.floor(index / graph.latents.length)]
  const { name, match } = graph.latents[column]
  const words = {
    found: transferText.found,
    missed: transferText.missed,
    notTrue: transferText.falseEdge,
    none: '',
  }
  const outcome = words[outcomeOf(graph, row, column)]
  return [
    `${graph.perturbations[row].name}${outcome === '' ? '' : `: ${outcome}`}`,
    `${name}: ${formatSigned(graph.shift[row][column])}`,
    ...(match && graph.learned
      ? [`${labelOf(match.latent)}: ${formatSigned(graph.learned.shift[row][column])}`]
      : []),
  ]
}
