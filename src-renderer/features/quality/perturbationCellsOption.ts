import type { PerturbationCells } from '@contract/reports'
import type { EChartsOption } from 'echarts'
import type { ChartMedium } from '../../charts/figureExport'
import { hatch } from '../../charts/threshold/hatch'
import { formatCount } from '../../format/numbers'
import { barWords, qualityText } from '../../text/quality'

/** Bars of the cells of each perturbation with the smallest number that stays; removed ones are hatched. */
export interface PerturbationBars {
  perturbations: readonly (PerturbationCells & { removed: boolean })[]
  minimum: number
}

/** With more bars than this there is no room for their names under them. */
const mostNames = 60

export function perturbationCellsOption(
  { perturbations, minimum }: PerturbationBars,
  { ink, width }: ChartMedium,
): EChartsOption {
  const named = perturbations.length <= mostNames && width > 600
  const cut = hatch(ink.axisLine, ink.background) ?? ink.shade
  return {
    animation: false,
    grid: { left: 64, right: 16, top: 16, bottom: named ? 84 : 32 },
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (item) => {
        const bar = Array.isArray(item) ? undefined : perturbations.at(item.dataIndex)
        return bar ? barWords(bar.name, bar.cells, bar.removed) : ''
      },
    },
    xAxis: {
      type: 'category',
      data: perturbations.map(({ name }) => name),
      name: named ? '' : qualityText.perturbationsAxis,
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
        width: 84,
        overflow: 'truncate',
      },
    },
    yAxis: {
      type: 'value',
      name: qualityText.cellsAxis,
      nameLocation: 'middle',
      nameGap: 44,
      nameTextStyle: { color: ink.mutedText, fontSize: 12 },
      axisLabel: { color: ink.mutedText, formatter: formatCount },
      splitNumber: 4,
      splitLine: { lineStyle: { color: ink.gridLine } },
    },
    series: [
      {
        type: 'bar',
        barCategoryGap: '20%',
        barMinHeight: 1,
        data: perturbations.map(({ cells, control, removed }) => ({
          value: cells,
          itemStyle: removed
            ? { color: cut, borderColor: ink.axisLine, borderWidth: 0.5 }
            : { color: control ? ink.axisLine : ink.accent },
        })),
        markLine: {
          silent: true,
          symbol: 'none',
          animation: false,
          label: { formatter: formatCount(minimum), color: ink.text, position: 'insideEndTop' },
          lineStyle: { color: ink.text, type: 'solid', width: 1.5 },
          data: [{ yAxis: minimum }],
        },
      },
    ],
  }
}
