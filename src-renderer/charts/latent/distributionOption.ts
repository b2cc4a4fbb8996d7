import type { LatentDistribution } from '@contract/results'
import type { EChartsOption, LineSeriesOption } from 'echarts'
import { chartsText } from '../../text/charts'
import type { ChartMedium } from '../figureExport'
import type { FigureTable } from '../figureTable'
import { formatFixed, tick } from '../signedNumbers'

/** Corners of a histogram's outline, bin by bin: x in the latent's unit, y in percent of the cells. */
export function outline(edges: readonly number[], shares: readonly number[]): [number, number][] {
  return shares.flatMap((share, bin): [number, number][] => [
    [edges[bin], share * 100],
    [edges[bin + 1], share * 100],
  ])
}

/** Encoder means of one latent: a perturbation's cells over the control cells, both means marked. */
export function distributionOption(
  distribution: LatentDistribution,
  names: { latent: string; perturbation: string },
  { ink, animate, output }: ChartMedium,
): EChartsOption {
  const { edges, perturbation, reference, referenceName, perturbationMean, referenceMean } = distribution
  const axis = {
    nameLocation: 'middle' as const,
    nameTextStyle: { color: ink.mutedText, fontSize: 11 },
    axisLabel: { color: ink.mutedText, fontSize: 11 },
    axisLine: { lineStyle: { color: ink.axisLine } },
  }
  const mean = (value: number, color: string): LineSeriesOption['markLine'] => ({
    silent: true,
    symbol: 'none',
    animation: false,
    label: { show: false },
    lineStyle: { color, type: 'dotted', width: 2 },
    data: [{ xAxis: value }],
  })
  return {
    animation: animate,
    animationDuration: 0,
    grid: { left: 42, right: 10, top: 24, bottom: 40, outerBoundsMode: 'none' },
    xAxis: {
      ...axis,
      type: 'value',
      name: chartsText.encoderMean(names.latent),
      nameGap: 24,
      min: edges.at(0),
      max: edges.at(-1),
      splitNumber: 4,
      splitLine: { show: false },
      axisLabel: { ...axis.axisLabel, showMinLabel: false, showMaxLabel: false, formatter: tick },
    },
    yAxis: {
      ...axis,
      type: 'value',
      name: chartsText.shareOfCells,
      nameGap: 28,
      splitNumber: 3,
      splitLine: { lineStyle: { color: ink.gridLine } },
    },
    graphic: [
      key(referenceName, ink.axisLine, ink.mutedText, 44),
      key(names.perturbation, ink.accent, ink.text, 44 + 22 + referenceName.length * 6.4),
    ],
    tooltip: { show: output === 'screen', trigger: 'none' },
    series: [
      {
        type: 'line',
        name: referenceName,
        data: outline(edges, reference),
        showSymbol: false,
        silent: true,
        lineStyle: { color: ink.axisLine, width: 1 },
        areaStyle: { color: ink.axisLine, opacity: 0.35 },
        markLine: mean(referenceMean, ink.mutedText),
      },
      {
        type: 'line',
        name: names.perturbation,
        data: outline(edges, perturbation),
        showSymbol: false,
        silent: true,
        lineStyle: { color: ink.accent, width: 2 },
        markLine: mean(perturbationMean, ink.accent),
      },
    ],
  }
}

function key(text: string, color: string, textColour: string, x: number) {
  return {
    type: 'group' as const,
    x,
    y: 2,
    silent: true,
    children: [
      { type: 'rect' as const, shape: { x: 0, y: 3, width: 10, height: 8 }, style: { fill: color } },
      {
        type: 'text' as const,
        x: 14,
        y: 1,
        style: { text, fill: textColour, font: '11px system-ui, sans-serif' },
      },
    ],
  }
}

export function distributionTable(distribution: LatentDistribution, perturbation: string): FigureTable {
  return {
    columns: [
      { key: 'from', title: 'From (prior SD)' },
      { key: 'to', title: 'To (prior SD)' },
      { key: 'share_of_perturbation', title: `Share of ${perturbation} cells` },
      { key: 'share_of_reference', title: `Share of ${distribution.referenceName} cells` },
    ],
    rows: distribution.perturbation.map((share, bin) => [
      distribution.edges[bin],
      distribution.edges[bin + 1],
      share,
      distribution.reference[bin],
    ]),
  }
}

export function distributionSummary(
  distribution: LatentDistribution,
  names: { latent: string; perturbation: string },
): string {
  return chartsText.distributionSummary(
    names.latent,
    names.perturbation,
    formatFixed(distribution.perturbationMean),
    distribution.referenceName,
    formatFixed(distribution.referenceMean),
  )
}
