import type { EChartsOption } from 'echarts'
import type { ChartInk } from '../chartInk'
import { cssColour, viridis } from '../palettes'
import { formatFixed } from '../signedNumbers'
import { chartsText } from '../../text/charts'
import type { DrawnGraph } from './drawnGraph'

interface Ramp {
  title: string
  colours: string[]
  from: string
  middle?: string
  to: string
  width: number
}

const rampHeight = 8
const gapBetween = 34
const font = '11px system-ui, sans-serif'

/** Keys to shift, certainty and number of cells, in a row whose left end is at `left`, `bottom` px over the lower edge. */
export function heatMapLegend(
  ink: ChartInk,
  { limit, digits, certainty, words }: DrawnGraph,
  cells: { smallest: string; largest: string },
  left: number,
): NonNullable<EChartsOption['graphic']> {
  const ramps: Ramp[] = [
    {
      title: words.shift,
      colours: ink.diverging.map(cssColour),
      from: formatFixed(-limit, digits),
      middle: '0',
      to: `+${formatFixed(limit, digits)}`,
      width: 140,
    },
    {
      title: certainty.title,
      // Grey, because opacity says the same for either sign.
      colours: [ink.background, ink.mutedText],
      from: certainty.ends[0],
      to: certainty.ends[1],
      width: 90,
    },
    {
      title: chartsText.cellsLog,
      colours: viridis.map(cssColour),
      from: cells.smallest,
      to: cells.largest,
      width: 90,
    },
  ]
  let at = left
  const children = ramps.flatMap((ramp) => {
    const parts = rampParts(ramp, at, ink)
    at += ramp.width + gapBetween
    return parts
  })
  return {
    type: 'group',
    left: 0,
    bottom: 2,
    silent: true,
    children: [
      // Fixes the group's box, which `left` and `bottom` place.
      { type: 'rect', shape: { x: 0, y: 0, width: at + 150, height: 40 }, style: { fill: 'transparent' } },
      ...children,
      {
        type: 'rect',
        shape: { x: at, y: 15, width: 12, height: 11 },
        style: { fill: 'transparent', stroke: ink.text, lineWidth: 1 },
      },
      {
        type: 'text',
        x: at + 18,
        y: 15,
        style: { text: words.edge, font, fill: ink.mutedText },
      },
    ],
  }
}

function rampParts(ramp: Ramp, at: number, ink: ChartInk) {
  const label = (text: string, x: number, align: 'left' | 'center' | 'right') => ({
    type: 'text' as const,
    x,
    y: 28,
    style: { text, font, fill: ink.mutedText, align },
  })
  return [
    { type: 'text' as const, x: at, y: 0, style: { text: ramp.title, font, fill: ink.mutedText } },
    {
      type: 'rect' as const,
      shape: { x: at, y: 16, width: ramp.width, height: rampHeight },
      style: {
        fill: {
          type: 'linear' as const,
          x: 0,
          y: 0,
          x2: 1,
          y2: 0,
          colorStops: ramp.colours.map((color, place) => ({
            offset: place / (ramp.colours.length - 1),
            color,
          })),
        },
        stroke: ink.axisLine,
        lineWidth: 0.5,
      },
    },
    label(ramp.from, at, 'left'),
    ...(ramp.middle === undefined ? [] : [label(ramp.middle, at + ramp.width / 2, 'center')]),
    label(ramp.to, at + ramp.width, 'right'),
  ]
}
