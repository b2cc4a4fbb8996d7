import { cellFrames, cellPixels, stripPixels, type CellPlaces, type HeatMapCells } from './heatMapCells'

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
    // Several rows to a pixel are averaged rather than dropped.
    context.imageSmoothingEnabled = Math.min(places.cellWidth, places.cellHeight) * pixelRatio < 1
    context.imageSmoothingQuality = 'high'
    const { firstColumn, firstRow } = places
    context.drawImage(
      colours,
      firstColumn,
      firstRow,
      Math.min(places.columns, columns.length - firstColumn),
      Math.min(places.rows, rows.length - firstRow),
      0,
      0,
      plot.width,
      plot.height,
    )
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
    context.imageSmoothingEnabled = places.cellHeight * pixelRatio < 1
    context.drawImage(strip, 0, places.firstRow, 1, places.rows, 0, 0, width, places.plot.height)
    return stripCanvas
  }

  return { paintCells, paintStrip }
}

function clearGaps(context: CanvasRenderingContext2D, places: CellPlaces): void {
  const { cellWidth, cellHeight, plot } = places
  if (Math.min(cellWidth, cellHeight) < 10) return
  for (let column = 1; column <= places.columns; column++) {
    context.clearRect(column * cellWidth - 1, 0, 1, plot.height)
  }
  for (let row = 1; row <= places.rows; row++) {
    context.clearRect(0, row * cellHeight - 1, plot.width, 1)
  }
}
