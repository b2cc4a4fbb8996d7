import type { BaselineRow } from '@contract/baselines'
import type { Evaluation, RunAgreement } from '@contract/evaluation'
import type { Run } from '@contract/run'
import { measuresShown } from '../../text/compare'

/** Everything that a run is compared by. */
export interface JudgedRun {
  readonly run: Run
  readonly evaluation: Evaluation | null
  /** Beside the other seeds of its model; null where there is none. */
  readonly agreement: RunAgreement['groups'][number]['runs'][number] | null
}

export type MeasureName = keyof typeof measuresShown

/** The fairest first. */
export const measureNames: readonly MeasureName[] = [
  'after',
  'before',
  'loss',
  'edges',
  'f1',
  'correlation',
  'geneLists',
  'similarPairs',
  'ranking',
  'recurrence',
]

export interface Measure {
  readonly name: MeasureName
  readonly digits: number
  /** Null where nobody can say which is better. */
  readonly better: 'lower' | 'higher' | null
  readonly ofRun: (judged: JudgedRun) => number | null
  /** Null for what a simple row does not have. */
  readonly ofBaseline: (row: BaselineRow) => number | null
}

const none = (): null => null

/** In the order of the table. */
export const measures: readonly Measure[] = [
  {
    name: 'before',
    digits: 2,
    better: 'lower',
    ofRun: ({ evaluation }) => evaluation?.transfer?.mean.before.value ?? null,
    ofBaseline: ({ transfer }) => transfer?.mean.before.value ?? null,
  },
  {
    name: 'after',
    digits: 2,
    better: 'lower',
    ofRun: ({ evaluation }) => evaluation?.transfer?.mean.after.value ?? null,
    ofBaseline: ({ transfer }) => transfer?.mean.after.value ?? null,
  },
  {
    name: 'loss',
    digits: 2,
    // Only among equal objectives, which the table marks.
    better: null,
    ofRun: ({ run }) => run.metrics?.validationNegativeElbo ?? null,
    ofBaseline: none,
  },
  {
    name: 'edges',
    digits: 0,
    better: null,
    ofRun: ({ run }) => run.metrics?.edges ?? null,
    ofBaseline: ({ edges }) => edges?.found ?? null,
  },
  {
    name: 'f1',
    digits: 2,
    better: 'higher',
    ofRun: ({ evaluation }) => evaluation?.graph?.scores.f1 ?? null,
    ofBaseline: ({ graph }) => graph?.scores.f1 ?? null,
  },
  {
    name: 'correlation',
    digits: 2,
    better: 'higher',
    ofRun: ({ evaluation }) => evaluation?.recovery?.trainingCells.pearson ?? null,
    ofBaseline: ({ recovery }) => recovery?.trainingCells.pearson ?? null,
  },
  {
    name: 'geneLists',
    digits: 2,
    better: 'higher',
    ofRun: ({ evaluation }) => evaluation?.geneLists?.mean ?? null,
    ofBaseline: ({ geneLists }) => geneLists?.mean ?? null,
  },
  {
    name: 'similarPairs',
    digits: 2,
    better: 'higher',
    ofRun: ({ evaluation }) => evaluation?.similarPairs?.fromObservedShifts ?? null,
    ofBaseline: ({ similarPairs }) => similarPairs?.fromObservedShifts ?? null,
  },
  {
    name: 'ranking',
    digits: 2,
    better: 'higher',
    ofRun: ({ agreement }) => agreement?.ranking ?? null,
    ofBaseline: none,
  },
  {
    name: 'recurrence',
    digits: 2,
    better: 'higher',
    ofRun: ({ agreement }) => agreement?.edgeRecurrence ?? null,
    ofBaseline: none,
  },
]

/** Measures that at least one run or simple row has. */
export function measuresThatSay(runs: readonly JudgedRun[], baselines: readonly BaselineRow[]): Measure[] {
  return measures.filter(
    ({ ofRun, ofBaseline }) =>
      runs.some((judged) => ofRun(judged) !== null) || baselines.some((row) => ofBaseline(row) !== null),
  )
}

/** What the figure begins with: the fairest measure that there is. */
export function firstMeasure(those: readonly Measure[]): MeasureName | null {
  return measureNames.find((name) => those.some((measure) => measure.name === name)) ?? null
}

/** Axis and column title, with the unit where there is one. */
export function measureTitle(name: MeasureName): string {
  const { title, unit } = measuresShown[name]
  return unit === '' ? title : `${title} (${unit})`
}
