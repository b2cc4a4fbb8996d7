import type { BaselineRow } from '@contract/baselines'
import type { CompareFigure } from '../../charts/compare/compareOption'
import { baselinesShown } from '../../text/compare'
import { measureTitle, type JudgedRun, type Measure } from './measures'
import { groupByModel } from './modelGroups'

/** A measure over models, one value a run, then over the simple rows; what has no value is left out. */
export function compareFigure(
  measure: Measure,
  judged: readonly JudgedRun[],
  baselines: readonly BaselineRow[],
): CompareFigure {
  const byId = new Map(judged.map((each) => [each.run.id, each]))
  const models = groupByModel(judged.map(({ run }) => run)).map(({ model, settings, runs }) => ({
    name: model,
    detail: settings,
    kind: 'model' as const,
    values: runs.flatMap(({ id }) => {
      const one = byId.get(id)
      const value = one ? measure.ofRun(one) : null
      return value === null ? [] : [{ label: id, value }]
    }),
  }))
  const simple = baselines.map((row) => {
    const value = measure.ofBaseline(row)
    const { name } = baselinesShown[row.baseline]
    return {
      name,
      detail: '',
      kind: 'baseline' as const,
      values: value === null ? [] : [{ label: name, value }],
    }
  })
  return {
    rows: [...models, ...simple].filter(({ values }) => values.length > 0),
    title: measureTitle(measure.name),
    digits: measure.digits,
  }
}
