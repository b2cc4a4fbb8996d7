import type { EpochRecord, Run } from '@contract/run'
import type { EChartsOption, LineSeriesOption, SeriesOption } from 'echarts'
import { formatCount } from '../../format/numbers'
import { chartsText } from '../../text/charts'
import type { ChartInk } from '../chartInk'
import type { ChartMedium } from '../figureExport'
import { formatFixed } from '../signedNumbers'

/** The part of a run that its curves need. */
export interface CurvesOf {
  epochs: readonly EpochRecord[]
  configuration: Pick<Run['configuration'], 'epochs' | 'warmUp' | 'patience'>
}

/** The epoch of lowest validation (without one: training) negative ELBO after the warm-up; null before there is one. */
export function bestEpoch({ epochs, configuration }: CurvesOf): EpochRecord | null {
  // While the KL term is being turned on, the loss is another one: its values cannot be compared.
  const comparable = epochs.filter(({ epoch }) => epoch > configuration.warmUp)
  const figure = (record: EpochRecord) => record.validationNegativeElbo ?? record.trainNegativeElbo
  return comparable.reduce<EpochRecord | null>(
    (best, record) => (best === null || figure(record) < figure(best) ? record : best),
    null,
  )
}

/** Training and validation negative ELBO by epoch: warm-up shaded, best epoch marked. */
export function lossOption(curves: CurvesOf, { ink, animate, output }: ChartMedium): EChartsOption {
  const { epochs, configuration } = curves
  const best = bestEpoch(curves)
  const validation = epochs.flatMap(({ epoch, validationNegativeElbo }) =>
    validationNegativeElbo === null ? [] : [[epoch, validationNegativeElbo]],
  )
  const train = epochs.map(({ epoch, trainNegativeElbo }) => [epoch, trainNegativeElbo])
  const marks: LineSeriesOption = {
    markArea: warmUpArea(configuration.warmUp, ink),
    markLine: best ? bestLine(best, ink) : undefined,
  }
  return {
    ...epochFrame(curves, chartsText.negativeElbo, ink, animate, output),
    series: [
      { ...lineSeries(chartsText.training, train, ink.secondTone, ink, 'dashed'), ...marks },
      ...(validation.length > 0
        ? [lineSeries(chartsText.validation, validation, ink.accent, ink, 'solid')]
        : []),
    ],
  }
}

/** Number of edges over one half by epoch: how the graph thins out. */
export function edgesOption(curves: CurvesOf, { ink, animate, output }: ChartMedium): EChartsOption {
  const frame = epochFrame(curves, chartsText.edgesAxis, ink, animate, output)
  const series: SeriesOption = {
    ...lineSeries(
      chartsText.edgesName,
      curves.epochs.map(({ epoch, edges }) => [epoch, edges]),
      ink.accent,
      ink,
      'solid',
    ),
    step: 'end',
    markArea: warmUpArea(curves.configuration.warmUp, ink),
  }
  return { ...frame, series: [series] }
}

function lineSeries(
  name: string,
  data: number[][],
  color: string,
  ink: ChartInk,
  type: 'solid' | 'dashed',
): LineSeriesOption {
  return {
    type: 'line',
    name,
    data,
    showSymbol: data.length === 1,
    symbolSize: 5,
    lineStyle: { color, width: 2, type },
    itemStyle: { color },
    endLabel: { show: true, formatter: name, color: ink.text, fontSize: 11, distance: 6 },
    labelLayout: { moveOverlap: 'shiftY' },
    emphasis: { disabled: true },
  }
}

function warmUpArea(warmUp: number, ink: ChartInk): LineSeriesOption['markArea'] {
  if (warmUp === 0) return undefined
  return {
    silent: true,
    itemStyle: { color: ink.shade },
    label: { position: 'insideTopLeft', color: ink.mutedText, fontSize: 11, distance: 4 },
    data: [[{ name: chartsText.warmUp, xAxis: 0 }, { xAxis: warmUp }]],
  }
}

function bestLine(best: EpochRecord, ink: ChartInk): LineSeriesOption['markLine'] {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: ink.axisLine, type: 'dotted', width: 1.5 },
    label: { formatter: chartsText.bestEpoch(best.epoch), position: 'end', color: ink.text, fontSize: 11 },
    data: [{ xAxis: best.epoch }],
  }
}

function epochFrame(
  { epochs, configuration }: CurvesOf,
  yTitle: string,
  ink: ChartInk,
  animation: boolean,
  output: ChartMedium['output'],
): EChartsOption {
  const last = epochs.at(-1)?.epoch ?? 0
  const axis = {
    nameTextStyle: { color: ink.mutedText, fontSize: 11 },
    axisLabel: { color: ink.mutedText, fontSize: 11 },
    axisLine: { lineStyle: { color: ink.axisLine } },
    splitLine: { lineStyle: { color: ink.gridLine } },
  }
  return {
    animation,
    animationDuration: 0,
    animationDurationUpdate: 150,
    grid: { left: 64, right: 84, top: 26, bottom: 44, outerBoundsMode: 'none' },
    xAxis: {
      ...axis,
      type: 'value',
      name: chartsText.epoch,
      nameLocation: 'middle',
      nameGap: 28,
      min: 0,
      max: Math.max(last, configuration.warmUp, 1),
      minInterval: 1,
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: 'value',
      scale: true,
      name: yTitle,
      nameLocation: 'middle',
      nameGap: 48,
      axisLabel: { ...axis.axisLabel, formatter: formatCountOrDecimal },
    },
    tooltip: {
      show: output === 'screen',
      trigger: 'axis',
      confine: true,
      backgroundColor: ink.background,
      borderColor: ink.gridLine,
      textStyle: { color: ink.text, fontSize: 12 },
      valueFormatter: (value) => (typeof value === 'number' ? formatCountOrDecimal(value) : String(value)),
    },
  }
}

function formatCountOrDecimal(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : formatFixed(value, Math.abs(value) < 10 ? 3 : 1)
}
