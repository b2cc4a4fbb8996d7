import type { FigureSource } from './known'
import { measures, type Measure, type MeasureName } from './measures'
import type { StudyRecord } from './record'
import type { Study } from './study'

/** Mean and standard deviation over runs. */
export interface Spread {
  readonly mean: number
  /** With n − 1 below; null of one value, or where it is not told. */
  readonly deviation: number | null
}

export interface SummaryFigure extends Record<FigureSource, Spread | null> {
  readonly measure: MeasureName
  /** Runs that have the figure. */
  readonly runs: number
  readonly here: Spread | null
}

/** A model on one kind of screen, over all seeds. */
export interface SummaryRow {
  readonly screen: string
  readonly screenLabel: string
  readonly model: string
  readonly modelLabel: string
  readonly seeds: readonly number[]
  readonly figures: readonly SummaryFigure[]
}

/** Mean and sample standard deviation; null of no values. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length === 1) return { mean, deviation: null }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) }
}

/** One row for each model and kind of screen of which there are runs, beside the figures that are known. */
export function summarise(study: Study, records: readonly StudyRecord[]): SummaryRow[] {
  return study.screens.flatMap((screen) =>
    study.models.flatMap((model): SummaryRow[] => {
      const mine = records.filter((record) => record.screen === screen.key && record.model === model.key)
      if (mine.length === 0) return []
      const figures = study.measures.map((measure): SummaryFigure => {
        const { of }: Measure = measures[measure]
        const values = mine.map(of).filter((value) => value !== null)
        const known = (source: FigureSource) =>
          study.known.find(
            (figure) =>
              figure.source === source &&
              figure.screen === screen.key &&
              figure.model === model.key &&
              figure.measure === measure,
          ) ?? null
        return {
          measure,
          runs: values.length,
          here: spreadOf(values),
          paper: spread(known('paper')),
          reference: spread(known('reference')),
        }
      })
      const seeds = mine.map(({ seed }) => seed).sort((a, b) => a - b)
      const names = { screenLabel: screen.label, modelLabel: model.label }
      return [{ screen: screen.key, model: model.key, ...names, seeds, figures }]
    }),
  )
}

function spread(figure: Spread | null): Spread | null {
  return figure && { mean: figure.mean, deviation: figure.deviation }
}
