import type { BaselineName, Baselines } from '@contract/baselines'
import type { Evaluation } from '@contract/evaluation'
import type { Run } from '@contract/run'
import { amount, counted, table } from './wording'

/** A run that was evaluated, as a row. */
export interface ComparedRun {
  readonly run: Pick<Run, 'id' | 'metrics'>
  readonly evaluation: Evaluation
}

/** What runs and baselines have in common. */
type Row = Pick<
  Baselines['rows'][number],
  'transfer' | 'recovery' | 'graph' | 'geneLists' | 'similarPairs'
> & {
  readonly name: string
  readonly edges: number | null
}

const baselineTitles: Record<BaselineName, string> = {
  'control-mean': 'control mean',
  'perturbation-mean': 'perturbation mean',
  linear: 'linear',
  ica: 'ICA',
}

/** Columns with the number of a row, and its digits. */
const columns: readonly (readonly [string, number, (row: Row) => number | null | undefined])[] = [
  ['NLL before', 2, ({ transfer }) => transfer?.mean.before.value],
  ['NLL after', 2, ({ transfer }) => transfer?.mean.after.value],
  ['edges', 0, ({ edges }) => edges],
  ['MCC', 3, ({ recovery }) => recovery?.trainingCells.pearson],
  ['R²', 3, ({ recovery }) => recovery?.trainingCells.rSquared],
  ['edge F1', 3, ({ graph }) => graph?.scores.f1],
  ['gene lists', 3, ({ geneLists }) => geneLists?.mean],
  ['pairs', 3, ({ similarPairs }) => similarPairs?.fromShifts],
  ['pairs, observed', 3, ({ similarPairs }) => similarPairs?.fromObservedShifts],
]

/**
 * Runs beside the simple rows of their screen, for people: columns that no row has are left out, and a part that a row
 * does not have is a dash. Without runs the simple rows stand alone.
 */
export function comparisonLines(runs: readonly ComparedRun[], baselines: Baselines): string[] {
  const rows: Row[] = [
    ...runs.map(({ run, evaluation }) => ({
      ...evaluation,
      name: run.id,
      edges: run.metrics?.edges ?? null,
    })),
    ...baselines.rows.map((row) => ({
      ...row,
      name: baselineTitles[row.baseline],
      edges: row.edges?.found ?? null,
    })),
  ]
  const isNumber = (value: number | null | undefined) => value !== null && value !== undefined
  const shown = columns.filter(([, , of]) => rows.some((row) => isNumber(of(row))))
  const { compareWithin } = baselines
  const compared =
    compareWithin.length > 0 ? `within levels of ${compareWithin.join(', ')}` : 'over all cells'
  const components = counted(baselines.components, 'component')
  return [
    `Beside simple rows (linear and ICA: up to ${components}; compared with control ${compared}):`,
    ...table([
      ['row', ...shown.map(([title]) => title)],
      ...rows.map((row) => [
        row.name,
        ...shown.map(([, digits, of]) => {
          const value = of(row)
          return value === null || value === undefined ? '–' : value.toFixed(digits)
        }),
      ]),
    ]).map((line) => `  ${line}`),
    ...guessingLines(baselines),
    ...reasonLines(baselines),
    ...icaLines(baselines),
  ]
}

/** What ICA found, whether to prefer it, and where to see it. */
function icaLines({ rows, advice }: Baselines): string[] {
  const edges = rows.find(({ baseline }) => baseline === 'ica')?.edges
  if (!edges) return []
  return [
    `  ICA found ${counted(edges.found, 'edge')} of ${amount(edges.possible)} possible.`,
    ...(advice ? [`  ${advice.message}`] : []),
    '  See them in the app (Results, Effects without a model); "shiftscope export" writes ica_edges.csv and ica_gene_scores.csv beside the tables of a run.',
  ]
}

function guessingLines({ rows }: Baselines): string[] {
  const known = rows.find(({ similarPairs }) => similarPairs !== null)?.similarPairs
  return known ? [`  Guessing finds similar pairs with ${(known.similar / known.pairs).toFixed(3)}.`] : []
}

/** Why rows lack what their kind has, one line a reason; what no such row ever has needs no words. */
function reasonLines({ rows }: Baselines): string[] {
  const titlesOf = new Map<string, string[]>()
  for (const { baseline, missing } of rows) {
    const part = baseline === 'ica' ? 'edges' : 'transfer'
    const reason = missing.find((entry) => entry.part === part)?.reason
    if (reason === undefined) continue
    titlesOf.set(reason, [...(titlesOf.get(reason) ?? []), baselineTitles[baseline]])
  }
  return [...titlesOf].map(([reason, titles]) => `  ${titles.join(', ')}: n/a. ${reason}`)
}
