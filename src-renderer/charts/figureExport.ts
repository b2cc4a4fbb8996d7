import { init } from 'echarts/core'
import type { EChartsOption } from 'echarts'
import { paperInk, type ChartInk } from './chartInk'
import './registerCharts'

/** Where a figure is drawn: decides colours, motion, and whether cells are painted or kept as vectors. */
export interface ChartMedium {
  output: 'screen' | 'png' | 'svg'
  ink: ChartInk
  /** CSS pixels of the whole figure. */
  width: number
  height: number
  pixelRatio: number
  animate: boolean
}

export type FigureOption = (medium: ChartMedium) => EChartsOption

/** Pixels of a saved PNG per CSS pixel: 300 dpi for a figure laid out at 100 dpi. */
const pngPixelRatio = 3

function paperMedium(output: 'png' | 'svg', width: number, height: number): ChartMedium {
  return { output, ink: paperInk, width, height, pixelRatio: pngPixelRatio, animate: false }
}

/** Letters of all text in figures, on screen and on paper. */
export const figureTextStyle = {
  fontFamily: "system-ui, 'Segoe UI', 'Liberation Sans', Helvetica, Arial, sans-serif",
}

function onPaper(figure: FigureOption, medium: ChartMedium): EChartsOption {
  return {
    ...figure(medium),
    textStyle: figureTextStyle,
    animation: false,
    backgroundColor: medium.ink.background,
  }
}

/** The figure as an SVG document of the given size, on white. */
export function figureAsSvg(figure: FigureOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption(onPaper(figure, paperMedium('svg', width, height)))
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

/** The figure as a PNG of three pixels per CSS pixel, on white. */
export async function figureAsPng(figure: FigureOption, width: number, height: number): Promise<Blob> {
  const place = document.createElement('div')
  const chart = init(place, null, { renderer: 'canvas', width, height, devicePixelRatio: pngPixelRatio })
  try {
    chart.setOption(onPaper(figure, paperMedium('png', width, height)))
    const canvas = chart.renderToCanvas({
      pixelRatio: pngPixelRatio,
      backgroundColor: paperInk.background,
    })
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob) resolve(blob)
        else reject(new Error('The browser made no image of the figure.'))
      }, 'image/png')
    })
  } finally {
    chart.dispose()
  }
}
