import type { Baselines, IcaTables } from '@contract/baselines'
import type { Evaluation } from '@contract/evaluation'
import type { Run } from '@contract/run'
import type { PreparedScreen } from '../../screen/screen'
import { csvLine } from './csv'
import { numberText } from './numberText'

/** What a run is compared with. */
export interface Comparison {
  readonly baselines: Baselines
  /** Null where ICA could not be computed. */
  readonly ica: IcaTables | null
  /** Null where the run was not evaluated. */
  readonly evaluation: Evaluation | null
}

/** Parts that a run and a baseline have in common. */
type Parts = Pick<Evaluation, 'recovery' | 'graph' | 'geneLists' | 'similarPairs'> &
  Pick<Baselines['rows'][number], 'transfer'>

const columns: readonly (readonly [string, (parts: Parts) => number | null | undefined])[] = [
  ['nll_before', ({ transfer }) => transfer?.mean.before.value],
  ['nll_after', ({ transfer }) => transfer?.mean.after.value],
  ['nll_sum_before', ({ transfer }) => transfer?.sumOverCells.before.value],
  ['nll_sum_after', ({ transfer }) => transfer?.sumOverCells.after.value],
  ['mcc_pearson', ({ recovery }) => recovery?.trainingCells.pearson],
  ['mcc_spearman', ({ recovery }) => recovery?.trainingCells.spearman],
  ['r_squared', ({ recovery }) => recovery?.trainingCells.rSquared],
  ['edge_precision', ({ graph }) => graph?.scores.precision],
  ['edge_recall', ({ graph }) => graph?.scores.recall],
  ['edge_f1', ({ graph }) => graph?.scores.f1],
  ['gene_list_share', ({ geneLists }) => geneLists?.mean],
  ['similar_pairs_shifts', ({ similarPairs }) => similarPairs?.fromShifts],
  ['similar_pairs_observed', ({ similarPairs }) => similarPairs?.fromObservedShifts],
]

/** `baselines.csv`: the run, where it was evaluated, and every simple row; what a row does not have is empty. */
export function baselinesCsv({ baselines, evaluation }: Comparison, run: Run): string {
  const line = (name: string, edges: number | null, parts: Parts) =>
    csvLine([
      name,
      edges === null ? '' : String(edges),
      ...columns.map(([, of]) => {
        const value = of(parts)
        return value === null || value === undefined ? '' : numberText(value)
      }),
    ])
  return [
    csvLine(['row', 'edges', ...columns.map(([name]) => name)]),
    ...(evaluation ? [line(run.id, run.metrics?.edges ?? null, evaluation)] : []),
    ...baselines.rows.map((row) => line(row.baseline, row.edges?.found ?? null, row)),
  ].join('')
}

/** `ica_edges.csv`: one line for every perturbation, held-out ones too, and component, edge or not. */
export function icaEdgesCsv(
  { components, shifts, adjustedP, edges }: IcaTables,
  { perturbations, heldOut }: Pick<PreparedScreen, 'perturbations' | 'heldOut'>,
): string {
  const lines = [csvLine(['perturbation', 'component', 'shift', 'adjusted_p', 'edge', 'held_out'])]
  perturbations.forEach((name, perturbation) =>
    components.forEach((component, column) => {
      const at = perturbation * components.length + column
      lines.push(
        csvLine([
          name,
          component,
          numberText(shifts[at]),
          numberText(adjustedP[at]),
          String(edges[at]),
          heldOut[perturbation] ? '1' : '0',
        ]),
      )
    }),
  )
  return lines.join('')
}
