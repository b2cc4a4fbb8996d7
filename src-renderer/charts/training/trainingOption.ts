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
  configuration: Pick<Run['configuration'], 'epochs' | 'warmUp' | 'start' | 'patience' | 'stopWhen'>
  /** Leaves the warm-up, whose losses dwarf what comes after, out of the figure. */
  afterWarmUp?: boolean
}

/**
 * The epoch of the present phase with the lowest validation (without one: training) negative ELBO once the KL term has
 * its full weight; null before. While the term is being turned on, the loss is another one every epoch, and that of the
 * start is another model's: such values cannot be compared.
 */
export function bestEpoch({ epochs }: CurvesOf): EpochRecord | null {
  const figure = (record: EpochRecord) => record.validationNegativeElbo ?? record.trainNegativeElbo
  const present = epochs.at(-1)?.phase
  return epochs
    .filter(({ klWeight, phase }) => klWeight === 1 && phase === present)
    .reduce<EpochRecord | null>(
      (best, record) => (best === null || figure(record) < figure(best) ? record : best),
      null,
    )
}

/** Training and validation negative ELBO by epoch: warm-up shaded, best epoch marked. */
export function lossOption(curves: CurvesOf, { ink, animate, output }: ChartMedium): EChartsOption {
  const { epochs, configuration } = shownPart(curves)
  const best = bestEpoch(curves)
  const validation = epochs.flatMap(({ epoch, validationNegativeElbo }) =>
    validationNegativeElbo === null ? [] : [[epoch, validationNegativeElbo]],
  )
  const train = epochs.map(({ epoch, trainNegativeElbo }) => [epoch, trainNegativeElbo])
  const validationEndsOver = (validation.at(-1)?.[1] ?? 0) > (train.at(-1)?.[1] ?? 0)
  const lift = validation.length === 0 ? 0 : validationEndsOver ? -6 : 6
  const marks: LineSeriesOption = {
    markArea: curves.afterWarmUp ? undefined : warmUpArea(configuration, ink),
    markLine: best ? bestLine(best, ink) : undefined,
  }
  return {
    ...epochFrame(curves, { title: chartsText.negativeElbo, fromZero: false }, ink, animate, output),
    series: [
      { ...lineSeries(chartsText.training, train, ink.secondTone, ink, 'dashed', -lift), ...marks },
      ...(validation.length > 0
        ? [lineSeries(chartsText.validation, validation, ink.accent, ink, 'solid', lift)]
        : []),
    ],
  }
}

function shownPart(curves: CurvesOf): CurvesOf {
  if (!curves.afterWarmUp) return curves
  return { ...curves, epochs: curves.epochs.filter(({ klWeight }) => klWeight === 1) }
}

/** Number of edges over one half by epoch: how the graph thins out. */
export function edgesOption(curves: CurvesOf, { ink, animate, output }: ChartMedium): EChartsOption {
  const frame = epochFrame(curves, { title: chartsText.edgesAxis, fromZero: true }, ink, animate, output)
  const series: SeriesOption = {
    ...lineSeries(
      chartsText.edgesName,
      curves.epochs.flatMap(({ epoch, edges }) => (edges === null ? [] : [[epoch, edges]])),
      ink.accent,
      ink,
      'solid',
    ),
    step: 'end',
    markArea: warmUpArea(curves.configuration, ink),
  }
  return { ...frame, series: [series] }
}

function lineSeries(
  name: string,
  data: number[][],
  color: string,
  ink: ChartInk,
  type: 'solid' | 'dashed',
  /** Pixels by which the label is moved, so that labels of close ends do not cover each other. */
  lift = 0,
): LineSeriesOption {
  return {
    type: 'line',
    name,
    data,
    showSymbol: data.length === 1,
    symbolSize: 5,
    lineStyle: { color, width: 2, type },
    itemStyle: { color },
    endLabel: { show: true, formatter: name, color: ink.text, fontSize: 11, distance: 6, offset: [0, lift] },
    emphasis: { disabled: true },
  }
}

/** Where the KL term is being turned on: at the beginning of each phase. The axis stands between the epochs it ends. */
export function warmUps({ start, warmUp }: Pick<CurvesOf['configuration'], 'start' | 'warmUp'>): {
  from: number
  to: number
}[] {
  const from = start?.epochs ?? 0
  const all = [...(start ? [{ from: 0, to: start.warmUp }] : []), { from, to: from + warmUp }]
  return all.filter((one) => one.to > one.from)
}

function warmUpArea(configuration: CurvesOf['configuration'], ink: ChartInk): LineSeriesOption['markArea'] {
  const areas = warmUps(configuration)
  if (areas.length === 0) return undefined
  return {
    silent: true,
    itemStyle: { color: ink.shade },
    label: { position: 'insideBottomLeft', color: ink.mutedText, fontSize: 11, distance: 4 },
    data: areas.map(({ from, to }) => [{ name: chartsText.warmUp, xAxis: from }, { xAxis: to }]),
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
  { epochs, configuration, afterWarmUp }: CurvesOf,
  values: { title: string; fromZero: boolean },
  ink: ChartInk,
  animation: boolean,
  output: ChartMedium['output'],
): EChartsOption {
  const last = epochs.at(-1)?.epoch ?? 0
  const firstWarmUp = warmUps(configuration).at(0)?.to ?? 0
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
      min: afterWarmUp ? firstWarmUp : 0,
      max: Math.max(last, firstWarmUp, 1),
      minInterval: 1,
      splitLine: { show: false },
      axisLabel: { ...axis.axisLabel, hideOverlap: true },
    },
    yAxis: {
      ...axis,
      type: 'value',
      scale: !values.fromZero,
      min: values.fromZero ? 0 : undefined,
      name: values.title,
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
