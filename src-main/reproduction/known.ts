import type { MeasureName } from './measures'

/** Who a figure is of: the paper, or an independent implementation of the same. */
export type FigureSource = 'paper' | 'reference'

/** A figure to compare with. */
export interface KnownFigure {
  readonly source: FigureSource
  readonly screen: string
  readonly model: string
  readonly measure: MeasureName
  readonly mean: number
  /** Null where it is not told. */
  readonly deviation: number | null
}

/** Mean and, where it is told, standard deviation; null where there is no figure. */
export type Told = readonly [mean: number, deviation?: number] | null

/** The figures of one line of a table, in the order of `columns`. */
export function lineOf(
  place: Pick<KnownFigure, 'source' | 'screen' | 'model'>,
  columns: readonly MeasureName[],
  told: readonly Told[],
): KnownFigure[] {
  return columns.flatMap((measure, at) => {
    const figure = told.at(at)
    return figure ? [{ ...place, measure, mean: figure[0], deviation: figure[1] ?? null }] : []
  })
}

/** A table of the paper of which each line is one model and each group of columns one kind of screen. */
export function paperTable(
  screens: readonly string[],
  columns: readonly MeasureName[],
  lines: Readonly<Record<string, readonly (readonly Told[])[]>>,
): KnownFigure[] {
  return Object.entries(lines).flatMap(([model, groups]) =>
    groups.flatMap((told, at) => lineOf({ source: 'paper', screen: screens[at], model }, columns, told)),
  )
}
