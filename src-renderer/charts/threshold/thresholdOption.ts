import type { Histogram } from '@contract/reports'
import type { CustomSeriesOption, EChartsOption } from 'echarts'
import { formatCount } from '../../format/numbers'
import { chartMargins } from './chartMargins'
import type { ChartMedium } from '../figureExport'
import { hatch } from './hatch'
import { axisTicks, thresholdScale } from './thresholdScale'

/** A histogram whose part under a threshold is cut. */
export interface ThresholdFigure {
  histogram: Histogram
  threshold: number
  /** Title of the horizontal axis, with its unit. */
  quantity: string
  /** Title of the vertical axis. */
  amount: string
  /** Text of the hover card of a bin. */
  describeBin: (from: number, to: number, cells: number) => string
}

/** Bars of equal width on the (possibly logarithmic) axis; what lies under the threshold is hatched. */
export function thresholdOption(
  figure: ThresholdFigure,
  { ink, animate, output }: ChartMedium,
): EChartsOption {
  const { histogram, threshold } = figure
  const scale = thresholdScale(histogram)
  const cut = scale.toCoordinate(threshold)
  const cutFill = hatch(ink.axisLine, ink.background) ?? ink.shade
  const ticks = axisTicks(histogram)

  const bars: CustomSeriesOption = {
    type: 'custom',
    data: histogram.cells.map((cells, bin) => [
      scale.toCoordinate(histogram.edges[bin]),
      scale.toCoordinate(histogram.edges[bin + 1]),
      cells,
    ]),
    encode: { x: [0, 1], y: 2 },
    renderItem: (_, api) => {
      const from = Number(api.value(0))
      const to = Number(api.value(1))
      const cells = Number(api.value(2))
      const middle = Math.min(Math.max(cut, from), to)
      const parts = [
        { start: from, end: middle, fill: cutFill, stroke: ink.axisLine },
        { start: middle, end: to, fill: ink.accent, stroke: ink.background },
      ]
      return {
        type: 'group',
        children: parts
          .filter(({ start, end }) => end > start && cells > 0 && (threshold > 0 || end > from))
          .map(({ start, end, fill, stroke }) => {
            const [left, top] = api.coord([start, cells])
            const [right, bottom] = api.coord([end, 0])
            return {
              type: 'rect',
              shape: { x: left, y: top, width: right - left, height: bottom - top },
              style: { fill, stroke, lineWidth: 0.5 },
            }
          }),
      }
    },
  }

  return {
    animation: animate && output === 'screen',
    animationDuration: 0,
    grid: { ...chartMargins, outerBoundsMode: 'none' },
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (item) => {
        const bin = Array.isArray(item) ? 0 : item.dataIndex
        return figure.describeBin(histogram.edges[bin], histogram.edges[bin + 1], histogram.cells[bin])
      },
    },
    xAxis: {
      type: 'value',
      min: scale.toCoordinate(scale.first),
      max: scale.toCoordinate(scale.last),
      name: figure.quantity,
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: { color: ink.mutedText, fontSize: 12 },
      axisLine: { lineStyle: { color: ink.axisLine } },
      axisTick: ticks.length > 0 ? { customValues: ticks.map((tick) => scale.toCoordinate(tick)) } : {},
      axisLabel: {
        color: ink.mutedText,
        hideOverlap: true,
        showMaxLabel: histogram.scale === 'log10',
        ...(ticks.length > 0 ? { customValues: ticks.map((tick) => scale.toCoordinate(tick)) } : {}),
        formatter: (coordinate: number) =>
          formatCount(histogram.scale === 'log10' ? 10 ** coordinate : coordinate),
      },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      name: figure.amount,
      nameLocation: 'middle',
      nameGap: 52,
      nameTextStyle: { color: ink.mutedText, fontSize: 12 },
      axisLabel: { color: ink.mutedText, formatter: formatCount },
      splitNumber: 4,
      splitLine: { lineStyle: { color: ink.gridLine } },
    },
    series: [bars],
  }
}
