import type { EChartsOption } from 'echarts'
import type { ChartMedium } from './figureExport'

/** What is said of an item of a series under the pointer, line by line; nothing in a saved figure. */
export function hoverCard(
  linesOf: (item: number) => readonly string[],
  { ink, output }: Pick<ChartMedium, 'ink' | 'output'>,
): EChartsOption['tooltip'] {
  return {
    show: output === 'screen',
    trigger: 'item',
    confine: true,
    backgroundColor: ink.background,
    borderColor: ink.gridLine,
    textStyle: { color: ink.text, fontSize: 12 },
    formatter: (params) => {
      // An element, not markup: names are the person's own text.
      const card = document.createElement('div')
      card.style.whiteSpace = 'pre-line'
      card.textContent = Array.isArray(params) ? '' : linesOf(params.dataIndex).join('\n')
      return card
    },
  }
}
