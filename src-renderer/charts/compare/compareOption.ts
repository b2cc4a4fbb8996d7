import type { CustomSeriesOption, EChartsOption } from 'echarts'
import { compareText } from '../../text/compare'
import type { ChartInk } from '../chartInk'
import type { ChartMedium } from '../figureExport'
import { rowsAxes, type RowsFigure } from '../rowsAxes'
import { formatFixed } from '../signedNumbers'

/** A row of the figure: a model with one value a run, or a simple row with one. */
export interface CompareRow {
  readonly name: string
  /** In smaller letters under the name. */
  readonly detail: string
  readonly kind: 'model' | 'baseline'
  readonly values: readonly { readonly label: string; readonly value: number }[]
}

export interface CompareFigure {
  readonly rows: readonly CompareRow[]
  /** Axis title, with the unit. */
  readonly title: string
  readonly digits: number
}

const rowPixels = 38
const [top, bottom] = [8, 48]
const half = 9

export function compareHeight({ rows }: CompareFigure): number {
  return top + bottom + rows.length * rowPixels
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>

interface Point {
  readonly row: number
  readonly label: string
  readonly value: number
}

/** A filled dot for a run, a diamond for a simple row. */
function points(all: readonly Point[], { rows }: CompareFigure, ink: ChartInk): RenderItem {
  return (params, api) => {
    const { row, value } = all[params.dataIndex]
    const [x, y] = api.coord([value, row])
    if (rows[row].kind === 'model')
      return { type: 'circle', shape: { cx: x, cy: y, r: 5 }, style: { fill: ink.accent, opacity: 0.8 } }
    const arm = 6
    return {
      type: 'polygon',
      shape: {
        points: [
          [x - arm, y],
          [x, y - arm],
          [x + arm, y],
          [x, y + arm],
        ],
      },
      style: { fill: ink.background, stroke: ink.text, lineWidth: 1.5 },
    }
  }
}

/** A thin line at the mean of several runs. */
function means({ rows }: CompareFigure, ink: ChartInk): RenderItem {
  return (params, api) => {
    const { values } = rows[params.dataIndex]
    const [x, y] = api.coord([mean(values.map(({ value }) => value)), params.dataIndex])
    return {
      type: 'line',
      shape: { x1: x, y1: y - half, x2: x, y2: y + half },
      style: { stroke: ink.text, lineWidth: values.length > 1 ? 2 : 0 },
    }
  }
}

/** One measure over models and simple rows, a dot a run. */
export function compareOption(figure: CompareFigure, medium: ChartMedium): EChartsOption {
  const { rows, title, digits } = figure
  const { ink } = medium
  const all = rows.flatMap(({ values }, row): Point[] => values.map((each) => ({ row, ...each })))
  const values = all.map(({ value }) => value)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const room = Math.max((most - least) * 0.06, digits === 0 ? 1 : 0.02)
  const longest = rows.reduce((width, { name, detail }) => Math.max(width, name.length, detail.length), 0)
  const axes: RowsFigure = {
    names: rows.map(({ name, detail }) => (detail === '' ? name : `${name}\n${detail}`)),
    title,
    from: least >= 0 && least - room < 0 ? 0 : least - room,
    to: most + room,
    tick: (value) => formatFixed(value, most - least > 10 ? 0 : digits),
    room: { left: Math.min(260, 28 + longest * 6.5), top, bottom },
    hover: (item) => {
      const point = all.at(item)
      return point ? [rows[point.row].name, `${point.label}: ${formatFixed(point.value, digits)}`] : []
    },
  }
  return {
    ...rowsAxes(axes, medium),
    series: [
      {
        type: 'custom',
        silent: true,
        renderItem: means(figure, ink),
        data: rows.map(({ values: ofRow }, row) => [mean(ofRow.map(({ value }) => value)), row]),
        encode: { x: 0, y: 1 },
      },
      {
        type: 'custom',
        name: compareText.run,
        renderItem: points(all, figure, ink),
        data: all.map(({ value, row }) => [value, row]),
        encode: { x: 0, y: 1 },
      },
    ],
  }
}
