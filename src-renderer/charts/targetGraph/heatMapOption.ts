import type { CustomSeriesOption, EChartsOption, XAXisComponentOption, YAXisComponentOption } from 'echarts'
import { formatCount } from '../../format/numbers'
import type { ChartMedium } from '../figureExport'
import { cssColour, logColour, viridis } from '../palettes'
import { cellFrames, cellRectangles, type CellPlaces, type HeatMapCells } from './heatMapCells'
import type { Span } from './heatMapCursor'
import {
  columnLabel,
  heatMapLayout,
  longestRotatedLabel,
  shortened,
  shortenedGene,
  type HeatMapLayout,
} from './heatMapLayout'
import { heatMapLegend } from './heatMapLegend'
import { createHeatMapPainter } from './heatMapPainter'
import { perturbationLabel, type DrawnGraph, type GraphCell } from './drawnGraph'
import { cellRange, type TargetGraphView } from './targetGraphView'

export interface HeatMapChoices {
  graph: DrawnGraph
  view: TargetGraphView
  selected: Partial<GraphCell> | null
  cursor: GraphCell | null
  /** Rows and columns zoomed to: kept by the chart on screen, told to saved figures. */
  zoomedTo: { rows: Span; columns: Span }
}

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>
type RenderApi = Parameters<RenderItem>[1]

interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

function isRectangle(area: object): area is Rectangle {
  return 'x' in area && 'y' in area && 'width' in area && 'height' in area
}

/** Which cells are in view and how large they are, from the axes as they are zoomed now. */
function placesOf(plot: Rectangle, api: RenderApi, view: TargetGraphView): CellPlaces {
  const size = api.size?.([1, 1]) ?? 0
  const [cellWidth, cellHeight] = Array.isArray(size) ? size : [size, size]
  const [centreX, centreY] = api.coord([0, 0])
  const firstColumn = Math.max(0, Math.round((plot.x - (centreX - cellWidth / 2)) / cellWidth))
  const firstRow = Math.max(0, Math.round((plot.y - (centreY - cellHeight / 2)) / cellHeight))
  return {
    plot,
    firstColumn,
    firstRow,
    columns: Math.min(Math.round(plot.width / cellWidth), view.columns.length - firstColumn),
    rows: Math.min(Math.round(plot.height / cellHeight), view.rows.length - firstRow),
    cellWidth,
    cellHeight,
  }
}

/** The heat map for a medium: painted on screen and in PNG, one rectangle a cell in SVG. */
export function heatMapOption(choices: HeatMapChoices, medium: ChartMedium): EChartsOption {
  const { graph, view } = choices
  const layout = heatMapLayout(graph, view, medium.width)
  const { smallest, largest } = cellRange(graph)
  // What is selected is a matter of the screen, not of a saved figure.
  const selected = medium.output === 'screen' ? choices.selected : null
  const cells: HeatMapCells = {
    graph,
    view,
    diverging: medium.ink.diverging,
    frameColour: medium.ink.text,
    selected,
    cursor: medium.output === 'screen' ? choices.cursor : null,
    cursorColour: medium.ink.accent,
  }
  return {
    animation: false,
    // The layout has made room for the labels; ECharts would shrink the plot once more.
    grid: { ...layout.plot, outerBoundsMode: 'none' },
    xAxis: latentAxis(graph, view, layout, medium, selected),
    yAxis: perturbationAxis(graph, view, layout, medium, selected),
    dataZoom: zooms(choices, layout, medium),
    graphic: heatMapLegend(
      medium.ink,
      graph,
      { smallest: formatCount(smallest), largest: formatCount(largest) },
      layout.plot.left,
    ),
    series: [
      {
        type: 'custom',
        data: [[0, 0]],
        clip: false,
        silent: true,
        renderItem:
          medium.output === 'svg' ? vectorItem(cells, layout) : paintedItem(cells, layout, medium.pixelRatio),
      },
    ],
  }
}

function paintedItem(cells: HeatMapCells, layout: HeatMapLayout, pixelRatio: number): RenderItem {
  const painter = createHeatMapPainter(cells)
  return ({ coordSys }, api) => {
    if (!isRectangle(coordSys)) return null
    const places = placesOf(coordSys, api, cells.view)
    const { x, y, width, height } = coordSys
    const stripWidth = layout.strip.width
    return {
      type: 'group',
      children: [
        {
          type: 'image',
          style: { image: painter.paintCells(places, pixelRatio), x, y, width, height },
        },
        {
          type: 'image',
          style: {
            image: painter.paintStrip(places, stripWidth, pixelRatio),
            x: x - layout.strip.gap - stripWidth,
            y,
            width: stripWidth,
            height,
          },
        },
      ],
    }
  }
}

function vectorItem(cells: HeatMapCells, layout: HeatMapLayout): RenderItem {
  const { smallest, largest } = cellRange(cells.graph)
  return ({ coordSys }, api) => {
    if (!isRectangle(coordSys)) return null
    const places = placesOf(coordSys, api, cells.view)
    const rows = cells.view.rows.slice(places.firstRow, places.firstRow + places.rows)
    return {
      type: 'group',
      children: [
        ...cellRectangles(cells, places).map(({ fill, opacity, ...shape }) => ({
          type: 'rect' as const,
          shape,
          style: { fill, opacity },
        })),
        ...rows.map((row, place) => ({
          type: 'rect' as const,
          shape: {
            x: coordSys.x - layout.strip.gap - layout.strip.width,
            y: coordSys.y + place * places.cellHeight,
            width: layout.strip.width,
            height: places.cellHeight,
          },
          style: {
            fill: cssColour(logColour(viridis, cells.graph.perturbations[row].cells, smallest, largest)),
          },
        })),
        ...cellFrames(cells, places).map(({ colour, lineWidth, ...shape }) => ({
          type: 'rect' as const,
          shape,
          style: { fill: 'none', stroke: colour, lineWidth },
        })),
      ],
    }
  }
}

function latentAxis(
  graph: DrawnGraph,
  view: TargetGraphView,
  layout: HeatMapLayout,
  { ink }: ChartMedium,
  selected: Partial<GraphCell> | null,
): XAXisComponentOption {
  const stacked = layout.columnLabels === 'stacked'
  const style = { fontSize: 11, lineHeight: 14 }
  return {
    type: 'category',
    position: 'top',
    data: view.columns.map((column) => graph.latents[column].name),
    triggerEvent: true,
    axisLine: { lineStyle: { color: ink.axisLine } },
    axisTick: { show: false },
    axisLabel: {
      interval: stacked ? 0 : 'auto',
      rotate: stacked ? 0 : 90,
      margin: 6,
      formatter: (_name: string, place: number) => {
        const column = view.columns[place]
        const chosen = selected?.latent === column ? 'chosen' : 'label'
        const { label, topGenes } = graph.latents[column]
        if (stacked)
          return [
            `{${chosen}|${shortened(label, layout.columnCharacters.name)}}`,
            ...topGenes.map((gene) => `{gene|${shortenedGene(gene, layout.columnCharacters.gene)}}`),
          ].join('\n')
        return `{${chosen}|${shortened(columnLabel(graph, column), longestRotatedLabel)}}`
      },
      rich: {
        label: { ...style, color: ink.text, fontWeight: stacked ? 'bold' : 'normal', align: 'center' },
        chosen: { ...style, color: ink.accent, fontWeight: 'bold', align: 'center' },
        gene: { ...style, color: ink.mutedText, align: 'center' },
      },
    },
  }
}

function perturbationAxis(
  graph: DrawnGraph,
  view: TargetGraphView,
  layout: HeatMapLayout,
  { ink }: ChartMedium,
  selected: Partial<GraphCell> | null,
): YAXisComponentOption {
  return {
    type: 'category',
    inverse: true,
    data: view.rows.map((row) => perturbationLabel(graph, row)),
    triggerEvent: true,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      margin: layout.strip.width + 2 * layout.strip.gap + 2,
      width: layout.plot.left - layout.strip.width - 2 * layout.strip.gap - 6,
      overflow: 'truncate',
      fontSize: 11,
      formatter: (name: string, place: number) =>
        `{${selected?.perturbation === view.rows[place] ? 'chosen' : 'name'}|${name}}`,
      rich: {
        name: { color: ink.text, fontSize: 11, lineHeight: 15 },
        chosen: { color: ink.accent, fontSize: 11, lineHeight: 15, fontWeight: 'bold' },
      },
    },
  }
}

function zooms({ zoomedTo }: HeatMapChoices, { sliders, plot }: HeatMapLayout, { ink, output }: ChartMedium) {
  if (output !== 'screen') {
    const fixed = (id: string, [startValue, endValue]: Span) => ({
      id,
      type: 'inside' as const,
      filterMode: 'none' as const,
      startValue,
      endValue,
    })
    return [
      { ...fixed('columns', zoomedTo.columns), xAxisIndex: 0 },
      { ...fixed('rows', zoomedTo.rows), yAxisIndex: 0 },
    ]
  }
  // Only Ctrl and the wheel zoom: the wheel alone scrolls the page.
  const inside = {
    type: 'inside' as const,
    filterMode: 'none' as const,
    zoomOnMouseWheel: 'ctrl' as const,
    moveOnMouseWheel: false,
    moveOnMouseMove: true,
    preventDefaultMouseMove: false,
  }
  const slider = {
    type: 'slider' as const,
    filterMode: 'none' as const,
    showDetail: false,
    brushSelect: false,
    borderColor: ink.gridLine,
    fillerColor: ink.shade,
    handleSize: '120%',
    handleStyle: { color: ink.background, borderColor: ink.axisLine },
    moveHandleSize: 0,
  }
  return [
    { ...inside, id: 'columns', xAxisIndex: 0 },
    { ...inside, id: 'rows', yAxisIndex: 0 },
    {
      ...slider,
      id: 'rowSlider',
      yAxisIndex: 0,
      show: sliders.rows,
      right: 6,
      width: 14,
      top: plot.top,
      bottom: plot.bottom,
    },
    {
      ...slider,
      id: 'columnSlider',
      xAxisIndex: 0,
      show: sliders.columns,
      height: 14,
      left: plot.left,
      right: plot.right,
      bottom: plot.bottom - 22,
    },
  ]
}
