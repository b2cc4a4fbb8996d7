import type { GraphCell } from './drawnGraph'
import type { TargetGraphView } from './targetGraphView'

/** Rows moved by Page up and Page down. */
const page = 10

/**
 * The cell that a key leads to from `cell` (from the first cell when there is none yet), kept inside the view; null
 * for keys that do not move.
 */
export function moveCursor(
  view: TargetGraphView,
  cell: GraphCell | null,
  key: string,
  ctrl: boolean,
): GraphCell | null {
  const [lastRow, lastColumn] = [view.rows.length - 1, view.columns.length - 1]
  if (lastRow < 0 || lastColumn < 0) return null
  const from = cell
    ? { row: view.rows.indexOf(cell.perturbation), column: view.columns.indexOf(cell.latent) }
    : { row: -1, column: -1 }
  const entering = from.row < 0 || from.column < 0
  const steps: Partial<Record<string, readonly [rows: number, columns: number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    PageUp: [-page, 0],
    PageDown: [page, 0],
    Home: [ctrl ? -Infinity : 0, -Infinity],
    End: [ctrl ? Infinity : 0, Infinity],
  }
  const step = steps[key]
  if (!step) return null
  const within = (place: number, last: number) => Math.min(last, Math.max(0, place))
  const row = entering ? 0 : within(from.row + step[0], lastRow)
  const column = entering ? 0 : within(from.column + step[1], lastColumn)
  return { perturbation: view.rows[row], latent: view.columns[column] }
}

/** Inclusive places in view. */
export type Span = [first: number, last: number]

/** The span moved as little as needed to hold `place`. */
export function spanWith([first, last]: Span, place: number): Span {
  if (place < first) return [place, place + last - first]
  if (place > last) return [place - (last - first), place]
  return [first, last]
}

/** The span made shorter (`factor` under 1) or longer around its middle, at least three places, within `count`. */
export function zoomedSpan([first, last]: Span, factor: number, count: number): Span {
  const length = Math.min(count, Math.max(Math.min(3, count), Math.round((last - first + 1) * factor)))
  const start = Math.round((first + last + 1 - length) / 2)
  const kept = Math.min(count - length, Math.max(0, start))
  return [kept, kept + length - 1]
}
