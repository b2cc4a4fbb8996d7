import type { LatentGene, LatentGenes } from '@contract/results'
import type { EChartsOption } from 'echarts'
import { chartsText } from '../../text/charts'
import type { ChartMedium } from '../figureExport'
import type { FigureTable } from '../figureTable'
import { cssColour } from '../palettes'
import { formatSigned, tick } from '../signedNumbers'

/** Genes of the figure from top to bottom: the strongest that raise the latent, then those that lower it, weakest first. */
export function shownGenes(genes: LatentGenes, each: number): LatentGene[] {
  return [...genes.up.slice(0, each), ...genes.down.slice(0, each).reverse()]
}

/** Bars of a latent's strongest genes in both directions; `axis` says what a score is. */
export function geneScoreOption(
  genes: LatentGenes,
  axis: string,
  each: number,
  { ink, animate, output }: ChartMedium,
): EChartsOption {
  const shown = shownGenes(genes, each)
  const [down, up] = [cssColour(ink.diverging[1]), cssColour(ink.diverging[ink.diverging.length - 2])]
  return {
    animation: animate,
    animationDuration: 0,
    grid: { left: 84, right: 16, top: 4, bottom: 40, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      name: axis,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: { color: ink.mutedText, fontSize: 11 },
      axisLabel: { color: ink.mutedText, fontSize: 11, hideOverlap: true, formatter: tick },
      splitNumber: 3,
      splitLine: { lineStyle: { color: ink.gridLine } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: shown.map(({ symbol }) => symbol),
      axisLabel: { color: ink.text, fontSize: 11, interval: 0, width: 72, overflow: 'truncate' },
      axisTick: { show: false },
      axisLine: { show: false },
    },
    tooltip: {
      show: output === 'screen',
      confine: true,
      backgroundColor: ink.background,
      borderColor: ink.gridLine,
      textStyle: { color: ink.text, fontSize: 12 },
      valueFormatter: (value) => (typeof value === 'number' ? formatSigned(value, 4) : String(value)),
    },
    series: [
      {
        type: 'bar',
        name: chartsText.score,
        barWidth: '66%',
        data: shown.map(({ score }) => ({ value: score, itemStyle: { color: score < 0 ? down : up } })),
      },
    ],
  }
}

/** Height of the figure: one line a gene. */
export function geneScoreHeight(genes: LatentGenes, each: number): number {
  return 48 + shownGenes(genes, each).length * 16
}

/** Both lists of a latent, all genes that were asked for. */
export function latentGenesTable({ up, down }: LatentGenes): FigureTable {
  const rows = (list: readonly LatentGene[], direction: string) =>
    list.map((gene) => [direction, gene.rank, gene.symbol, gene.id, gene.score, gene.meanCount])
  return {
    columns: [
      { key: 'direction', title: 'Direction' },
      { key: 'rank', title: 'Rank' },
      { key: 'symbol', title: 'Gene' },
      { key: 'id', title: 'Gene ID' },
      { key: 'score', title: 'Score' },
      { key: 'mean_count', title: 'Mean count per cell' },
    ],
    rows: [...rows(up, 'up'), ...rows(down, 'down')],
  }
}
