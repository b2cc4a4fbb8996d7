import type { EChartsOption } from 'echarts'
import type { ChartInk } from '../chartInk'
import type { ChartMedium } from '../figureExport'
import { hatch } from './hatch'

/** How a bar counts: as chosen, as not chosen, as control, or as cut by a rule. */
export type BarRole = 'chosen' | 'other' | 'control' | 'cut'

/** Bars of named things, largest first. */
export interface RankedBars {
  bars: readonly { name: string; value: number; role: BarRole }[]
  /** Title of the vertical axis, with its unit. */
  amount: string
  /** Title of the horizontal axis where there is no room for names. */
  order: string
  /** A logarithmic axis begins at 1: for counts that span orders of magnitude. */
  scale: 'linear' | 'log10'
  format: (value: number) => string
  /** Text of the hover card of a bar. */
  describe: (bar: number) => string
  /** A horizontal line, such as the smallest value that stays. */
  line?: number
}

/** With more bars than this there is no room for their names under them. */
const mostNames = 60

export function rankedBarsOption(figure: RankedBars, { ink, width }: ChartMedium): EChartsOption {
  const { bars, scale, format, line } = figure
  const named = bars.length <= mostNames && width > 600
  const cut = hatch(ink.axisLine, ink.background) ?? ink.shade
  return {
    animation: false,
    grid: { left: 76, right: 16, top: 16, bottom: named ? 100 : 32, outerBoundsMode: 'none' },
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (item) => (Array.isArray(item) ? '' : figure.describe(item.dataIndex)),
    },
    xAxis: {
      type: 'category',
      data: bars.map(({ name }) => name),
      name: named ? '' : figure.order,
      nameLocation: 'middle',
      nameGap: 12,
      nameTextStyle: { color: ink.mutedText, fontSize: 12 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.axisLine } },
      axisLabel: {
        show: named,
        interval: 0,
        rotate: 60,
        color: ink.mutedText,
        fontSize: 11,
        width: 108,
        overflow: 'truncate',
      },
    },
    yAxis: {
      ...(scale === 'log10' ? { type: 'log', min: 1 } : { type: 'value', splitNumber: 4 }),
      name: figure.amount,
      nameLocation: 'middle',
      nameGap: 56,
      nameTextStyle: { color: ink.mutedText, fontSize: 12 },
      axisLabel: { color: ink.mutedText, formatter: format },
      splitLine: { lineStyle: { color: ink.gridLine } },
    },
    series: [
      {
        type: 'bar',
        barCategoryGap: '20%',
        barMinHeight: 2,
        data: bars.map(({ value, role }) => ({
          value,
          itemStyle:
            role === 'cut'
              ? { color: cut, borderColor: ink.axisLine, borderWidth: 0.5 }
              : { color: colorOf(role, ink) },
        })),
        ...(line === undefined ? {} : { markLine: lineAt(line, format, ink) }),
      },
    ],
  }
}

function colorOf(role: Exclude<BarRole, 'cut'>, ink: ChartInk): string {
  if (role === 'chosen') return ink.accent
  return role === 'control' ? ink.axisLine : ink.secondTone
}

function lineAt(value: number, format: (value: number) => string, ink: ChartInk) {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    label: { formatter: format(value), color: ink.text, position: 'insideEndTop' as const },
    lineStyle: { color: ink.text, type: 'solid' as const, width: 1.5 },
    data: [{ yAxis: value }],
  }
}
