import type { EChartsOption } from 'echarts'
import type { ChartMedium } from './figureExport'
import { hoverCard } from './hoverCard'

/** A figure of named rows along one axis of numbers. */
export interface RowsFigure {
  /** From top to bottom; of more than one line where a name has something under it. */
  readonly names: readonly string[]
  /** Rows whose names are in bold. */
  readonly bold?: ReadonlySet<number>
  /** Title of the axis of numbers, with the unit. */
  readonly title: string
  readonly from: number
  readonly to: number
  readonly tick: (value: number) => string
  /** Room around the plot, in pixels. */
  readonly room: { readonly left: number; readonly top: number; readonly bottom: number }
  /** What is said of an item of the series under the pointer, line by line. */
  readonly hover: (item: number) => readonly string[]
}

/** Grid, axes and hover card of such a figure; its series are the caller's. */
export function rowsAxes(
  { names, bold, title, from, to, tick, room, hover }: RowsFigure,
  { ink, animate, output }: ChartMedium,
): Pick<EChartsOption, 'animation' | 'animationDuration' | 'grid' | 'xAxis' | 'yAxis' | 'tooltip'> {
  return {
    animation: animate,
    animationDuration: 0,
    grid: { ...room, right: 24, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      name: title,
      nameLocation: 'middle',
      nameGap: 28,
      min: from,
      max: to,
      nameTextStyle: { color: ink.mutedText, fontSize: 11 },
      axisLabel: {
        color: ink.mutedText,
        fontSize: 11,
        hideOverlap: true,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: tick,
      },
      splitLine: { lineStyle: { color: ink.gridLine } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: names.map((value, row) =>
        bold?.has(row) ? { value, textStyle: { fontWeight: 'bold' as const } } : value,
      ),
      axisLabel: {
        color: ink.text,
        fontSize: 11,
        lineHeight: 14,
        interval: 0,
        width: room.left - 16,
        overflow: 'truncate',
      },
      axisTick: { show: false },
      axisLine: { show: false },
    },
    tooltip: hoverCard(hover, { ink, output }),
  }
}
