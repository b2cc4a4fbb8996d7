import { cssColour, divergingColour, logColour, viridis, type Rgb } from '../palettes'
import type { DrawnGraph, GraphCell } from './drawnGraph'
import { cellRange, type TargetGraphView } from './targetGraphView'

/** What the cells of a heat map look like, before they have a place. */
export interface HeatMapCells {
  graph: DrawnGraph
  view: TargetGraphView
  diverging: readonly Rgb[]
  frameColour: string
  selected: Partial<GraphCell> | null
  /** The cell the keyboard is on. */
  cursor: GraphCell | null
  cursorColour: string
}

/** Where the visible cells lie: the first row and column in view and the size of a cell, in CSS pixels. */
export interface CellPlaces {
  plot: { x: number; y: number; width: number; height: number }
  firstRow: number
  firstColumn: number
  rows: number
  columns: number
  cellWidth: number
  cellHeight: number
}

/** Cells smaller than this get no frame and no gap: they would be nothing else. */
const smallestFramed = 5
const smallestGapped = 10

export interface CellRectangle {
  x: number
  y: number
  width: number
  height: number
  fill: string
  opacity: number
}

/**
 * One RGBA pixel a cell, row by row in view order: colour is the shift on symmetric limits, alpha how sure the pair is.
 */
export function cellPixels({ graph, view, diverging }: HeatMapCells): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(view.rows.length * view.columns.length * 4)
  let at = 0
  for (const row of view.rows) {
    for (const column of view.columns) {
      const [red, green, blue] = divergingColour(diverging, graph.shift[row][column], graph.limit)
      pixels.set([red, green, blue, graph.opacity[row][column] * 255], at)
      at += 4
    }
  }
  return pixels
}

/** Number of cells of each perturbation in view order as opaque viridis pixels, on a logarithmic scale. */
export function stripPixels({ graph, view }: HeatMapCells): Uint8ClampedArray<ArrayBuffer> {
  const { smallest, largest } = cellRange(graph)
  const pixels = new Uint8ClampedArray(view.rows.length * 4)
  view.rows.forEach((row, place) => {
    pixels.set([...logColour(viridis, graph.perturbations[row].cells, smallest, largest), 255], place * 4)
  })
  return pixels
}

/** Pixels left free between cells. */
export function gapOf({ cellWidth, cellHeight }: CellPlaces): number {
  return Math.min(cellWidth, cellHeight) >= smallestGapped ? 1 : 0
}

/** The rectangle of a visible cell, its gap taken off. */
function placeOf(places: CellPlaces, row: number, column: number) {
  const gap = gapOf(places)
  return {
    x: places.plot.x + (column - places.firstColumn) * places.cellWidth,
    y: places.plot.y + (row - places.firstRow) * places.cellHeight,
    width: places.cellWidth - gap,
    height: places.cellHeight - gap,
  }
}

function visible(places: CellPlaces, row: number, column: number): boolean {
  return (
    row >= places.firstRow &&
    row < places.firstRow + places.rows &&
    column >= places.firstColumn &&
    column < places.firstColumn + places.columns
  )
}

/** The visible cells one by one, for vector output. Cells too transparent to be seen are left out. */
export function cellRectangles(cells: HeatMapCells, places: CellPlaces): CellRectangle[] {
  const { graph, view } = cells
  const rectangles: CellRectangle[] = []
  for (let row = places.firstRow; row < places.firstRow + places.rows; row++) {
    for (let column = places.firstColumn; column < places.firstColumn + places.columns; column++) {
      const opacity = graph.opacity[view.rows[row]][view.columns[column]]
      if (opacity < 0.01) continue
      const shift = graph.shift[view.rows[row]][view.columns[column]]
      const fill = cssColour(divergingColour(cells.diverging, shift, graph.limit))
      rectangles.push({ ...placeOf(places, row, column), fill, opacity })
    }
  }
  return rectangles
}

/** A line drawn around cells. */
export interface Frame {
  x: number
  y: number
  width: number
  height: number
  colour: string
  lineWidth: number
}

/** Frames of the visible edges, then of the selected row, column or cell, then of the cursor. */
export function cellFrames(cells: HeatMapCells, places: CellPlaces): Frame[] {
  const { graph, view } = cells
  const frames: Frame[] = []
  if (Math.min(places.cellWidth, places.cellHeight) >= smallestFramed) {
    for (let row = places.firstRow; row < places.firstRow + places.rows; row++) {
      for (let column = places.firstColumn; column < places.firstColumn + places.columns; column++) {
        if (graph.isEdge({ perturbation: view.rows[row], latent: view.columns[column] })) {
          frames.push({ ...placeOf(places, row, column), colour: cells.frameColour, lineWidth: 1 })
        }
      }
    }
  }
  return [...frames, ...selectionFrames(cells, places), ...cursorFrames(cells, places)]
}

function selectionFrames({ view, selected, frameColour }: HeatMapCells, places: CellPlaces): Frame[] {
  if (!selected) return []
  const { plot } = places
  const row = selected.perturbation === undefined ? null : view.rows.indexOf(selected.perturbation)
  const column = selected.latent === undefined ? null : view.columns.indexOf(selected.latent)
  const frames: Frame[] = []
  if (row !== null && visible(places, row, places.firstColumn)) {
    const { y, height } = placeOf(places, row, places.firstColumn)
    frames.push({ x: plot.x, y, width: plot.width, height, colour: frameColour, lineWidth: 2 })
  }
  if (column !== null && visible(places, places.firstRow, column)) {
    const { x, width } = placeOf(places, places.firstRow, column)
    frames.push({ x, y: plot.y, width, height: plot.height, colour: frameColour, lineWidth: 2 })
  }
  return frames
}

function cursorFrames({ view, cursor, cursorColour }: HeatMapCells, places: CellPlaces): Frame[] {
  if (!cursor) return []
  const [row, column] = [view.rows.indexOf(cursor.perturbation), view.columns.indexOf(cursor.latent)]
  if (!visible(places, row, column)) return []
  const { x, y, width, height } = placeOf(places, row, column)
  // A cursor on a tiny cell must still be seen.
  const [wide, high] = [Math.max(width, 8), Math.max(height, 8)]
  return [
    {
      x: x - (wide - width) / 2,
      y: y - (high - height) / 2,
      width: wide,
      height: high,
      colour: cursorColour,
      lineWidth: 3,
    },
  ]
}
