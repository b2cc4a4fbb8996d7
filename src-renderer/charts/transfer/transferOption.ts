import type { LikelihoodEstimate, TransferEvaluation } from '@contract/evaluation'
import type { CustomSeriesOption, EChartsOption } from 'echarts'
import { transferText } from '../../text/transfer'
import type { ChartInk } from '../chartInk'
import type { ChartMedium } from '../figureExport'
import { rowsAxes, type RowsFigure } from '../rowsAxes'
import { formatFixed } from '../signedNumbers'
import { byGain } from './transferRows'

/** Rows drawn at most, the mean not counted. */
export const mostRows = 60
const rowPixels = 20
const [top, bottom] = [34, 48]
const radius = 4.5
const half = 4

interface Row {
  readonly name: string
  readonly before: LikelihoodEstimate
  readonly after: LikelihoodEstimate
}

/** Largest gain first, the mean at the end. */
function rowsOf(transfer: TransferEvaluation): Row[] {
  return [...byGain(transfer).slice(0, mostRows), { name: transferText.meanRow, ...transfer.mean }]
}

export function transferHeight({ perturbations }: TransferEvaluation): number {
  return top + bottom + (Math.min(mostRows, perturbations.length) + 1) * rowPixels
}

function shown({ value, standardError }: LikelihoodEstimate): string {
  return standardError === null ? formatFixed(value) : `${formatFixed(value)} ± ${formatFixed(standardError)}`
}

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>

/** Two dots joined by a line; a bar through each for its standard error. */
function dumbbell(rows: readonly Row[], ink: ChartInk): RenderItem {
  return (params, api) => {
    const index = params.dataIndex
    const { before, after } = rows[index]
    const at = (value: number) => api.coord([value, index])
    const [[x1, y], [x2]] = [at(before.value), at(after.value)]
    const bar = ({ value, standardError }: LikelihoodEstimate, stroke: string) => {
      if (standardError === null) return []
      const [[low], [high]] = [at(value - standardError), at(value + standardError)]
      const style = { stroke, lineWidth: 1.5 }
      return [
        { type: 'line' as const, shape: { x1: low, y1: y, x2: high, y2: y }, style },
        ...[low, high].map((x) => ({
          type: 'line' as const,
          shape: { x1: x, y1: y - half, x2: x, y2: y + half },
          style,
        })),
      ]
    }
    return {
      type: 'group',
      children: [
        {
          type: 'line',
          shape: { x1, y1: y, x2, y2: y },
          style: { stroke: ink.secondTone, lineWidth: index === rows.length - 1 ? 4 : 2.5 },
        },
        ...bar(before, ink.mutedText),
        ...bar(after, ink.accent),
        {
          type: 'circle',
          shape: { cx: x1, cy: y, r: radius },
          style: { fill: ink.background, stroke: ink.mutedText, lineWidth: 1.5 },
        },
        { type: 'circle', shape: { cx: x2, cy: y, r: radius }, style: { fill: ink.accent } },
      ],
    }
  }
}

/** Centre of the legend's line, below the figure's upper edge. */
const legendLine = 12

function legend(left: number, ink: ChartInk): EChartsOption['graphic'] {
  const text = (x: number, words: string) => ({
    type: 'text' as const,
    silent: true,
    style: { text: words, x, y: legendLine, verticalAlign: 'middle' as const, fill: ink.text, fontSize: 11 },
  })
  const dot = (cx: number, style: { fill: string; stroke?: string; lineWidth?: number }) => ({
    type: 'circle' as const,
    silent: true,
    shape: { cx, cy: legendLine, r: radius },
    style,
  })
  return [
    dot(left + 6, { fill: ink.background, stroke: ink.mutedText, lineWidth: 1.5 }),
    text(left + 16, transferText.before),
    dot(left + 72, { fill: ink.accent }),
    text(left + 82, transferText.after),
  ]
}

/** Room for the names on the left, in pixels. */
function namesWidth(rows: readonly Row[]): number {
  const longest = rows.reduce((most, { name }) => Math.max(most, name.length), 0)
  return Math.min(160, 24 + longest * 7)
}

/** Interventional negative log-likelihood of every held-out perturbation before and after, the mean last. */
export function transferOption(transfer: TransferEvaluation, medium: ChartMedium): EChartsOption {
  const { ink } = medium
  const rows = rowsOf(transfer)
  const ends = rows.flatMap(({ before, after }) =>
    [before, after].flatMap(({ value, standardError }) => [
      value - (standardError ?? 0),
      value + (standardError ?? 0),
    ]),
  )
  const [least, most] = [Math.min(...ends), Math.max(...ends)]
  const left = namesWidth(rows)
  const room = Math.max((most - least) * 0.04, 0.5)
  const axes: RowsFigure = {
    names: rows.map(({ name }) => name),
    bold: new Set([rows.length - 1]),
    title: transferText.axis,
    from: least - room,
    to: most + room,
    tick: (value) => formatFixed(value, most - least < 10 ? 1 : 0),
    room: { left, top, bottom },
    hover: (item) => {
      const row = rows.at(item)
      if (!row) return []
      return [
        row.name,
        `${transferText.before} ${shown(row.before)}`,
        `${transferText.after} ${shown(row.after)}`,
      ]
    },
  }
  return {
    ...rowsAxes(axes, medium),
    graphic: legend(left, ink),
    series: [
      {
        type: 'custom',
        renderItem: dumbbell(rows, ink),
        data: rows.map(({ before, after }, index) => [before.value, after.value, index]),
        encode: { x: [0, 1], y: 2 },
        clip: true,
      },
    ],
  }
}
