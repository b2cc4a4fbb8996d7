import {
  cellFrames,
  cellPixels,
  gapOf,
  stripPixels,
  type CellPlaces,
  type HeatMapCells,
} from './heatMapCells'

/** Paints the visible part of a heat map into a canvas of its own. */
export interface HeatMapPainter {
  /** The cells with their frames, on the plot's rectangle. */
  paintCells(places: CellPlaces, pixelRatio: number): HTMLCanvasElement
  /** The strip with the number of cells of each perturbation. */
  paintStrip(places: CellPlaces, width: number, pixelRatio: number): HTMLCanvasElement
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser cannot paint on a canvas.')
  return context
}

function bitmap(pixels: Uint8ClampedArray<ArrayBuffer>, columns: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = columns
  canvas.height = pixels.length / 4 / columns
  contextOf(canvas).putImageData(new ImageData(pixels, columns), 0, 0)
  return canvas
}

/** Makes a canvas ready for painting in CSS pixels; its size is set anew, which also clears it. */
function prepare(canvas: HTMLCanvasElement, width: number, height: number, pixelRatio: number) {
  canvas.width = Math.max(1, Math.round(width * pixelRatio))
  canvas.height = Math.max(1, Math.round(height * pixelRatio))
  const context = contextOf(canvas)
  context.scale(pixelRatio, pixelRatio)
  return context
}

/**
 * Colours are computed once, one pixel a cell; painting scales the visible part of that small picture up without
 * smoothing. Tens of thousands of cells so stay as fluid as ten.
 */
export function createHeatMapPainter(cells: HeatMapCells): HeatMapPainter {
  const { rows, columns } = cells.view
  const colours = bitmap(cellPixels(cells), columns.length)
  const strip = bitmap(stripPixels(cells), 1)
  const [cellCanvas, stripCanvas] = [document.createElement('canvas'), document.createElement('canvas')]

  function paintCells(places: CellPlaces, pixelRatio: number): HTMLCanvasElement {
    const { plot } = places
    const context = prepare(cellCanvas, plot.width, plot.height, pixelRatio)
    drawScaled(context, colours, {
      x: places.firstColumn,
      y: places.firstRow,
      width: Math.min(places.columns, columns.length - places.firstColumn),
      height: Math.min(places.rows, rows.length - places.firstRow),
      toWidth: plot.width,
      toHeight: plot.height,
      pixelRatio,
    })
    clearGaps(context, places)
    context.translate(-plot.x, -plot.y)
    for (const { x, y, width, height, colour, lineWidth } of cellFrames(cells, places)) {
      context.strokeStyle = colour
      context.lineWidth = lineWidth
      const inset = lineWidth / 2
      context.strokeRect(x + inset, y + inset, width - lineWidth, height - lineWidth)
    }
    return cellCanvas
  }

  function paintStrip(places: CellPlaces, width: number, pixelRatio: number): HTMLCanvasElement {
    const context = prepare(stripCanvas, width, places.plot.height, pixelRatio)
    drawScaled(context, strip, {
      x: 0,
      y: places.firstRow,
      width: 1,
      height: Math.min(places.rows, rows.length - places.firstRow),
      toWidth: width,
      toHeight: places.plot.height,
      pixelRatio,
    })
    return stripCanvas
  }

  return { paintCells, paintStrip }
}

/**
 * Draws a part of a small picture over the whole context. Each direction is scaled by itself: where several cells share
 * a pixel they are averaged, where a cell has several pixels its borders stay sharp.
 */
function drawScaled(
  context: CanvasRenderingContext2D,
  picture: HTMLCanvasElement,
  part: {
    x: number
    y: number
    width: number
    height: number
    toWidth: number
    toHeight: number
    pixelRatio: number
  },
): void {
  const { toWidth, toHeight, pixelRatio } = part
  const shrunk = document.createElement('canvas')
  shrunk.width = Math.max(1, Math.min(part.width, Math.round(toWidth * pixelRatio)))
  shrunk.height = Math.max(1, Math.min(part.height, Math.round(toHeight * pixelRatio)))
  const shrinking = contextOf(shrunk)
  shrinking.imageSmoothingQuality = 'high'
  shrinking.drawImage(picture, part.x, part.y, part.width, part.height, 0, 0, shrunk.width, shrunk.height)
  context.imageSmoothingEnabled = false
  context.drawImage(shrunk, 0, 0, toWidth, toHeight)
}

function clearGaps(context: CanvasRenderingContext2D, places: CellPlaces): void {
  const { cellWidth, cellHeight, plot } = places
  if (gapOf(places) === 0) return
  for (let column = 1; column <= places.columns; column++) {
    context.clearRect(column * cellWidth - 1, 0, 1, plot.height)
  }
  for (let row = 1; row <= places.rows; row++) {
    context.clearRect(0, row * cellHeight - 1, plot.width, 1)
  }
}
