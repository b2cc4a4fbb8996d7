import type { RankedGrid, RankedRun, RankedSetting, SearchDocument, SearchedSetting } from '@contract/search'
import { median } from '../numerics/statistics'

/** The table of a search as text. */

/** "300 epochs, α 10": a setting for people. */
export function settingText({ epochs, alpha, beta }: SearchedSetting): string {
  return [
    `${epochs} epochs`,
    ...(alpha === null ? [] : [`α ${alpha}`]),
    ...(beta === null ? [] : [`β ${beta}`]),
  ].join(', ')
}

/** Median over the runs that have the figure; null where none has. */
function medianOf(runs: readonly RankedRun[], figure: (run: RankedRun) => number | null): number | null {
  const values = runs.map(figure).filter((value) => value !== null)
  return values.length === 0 ? null : median(values)
}

/** Medians over the runs of a setting. */
export function settingFigures({ runs }: Pick<RankedSetting, 'runs'>) {
  return {
    epochs: medianOf(runs, ({ epochs }) => epochs),
    validationNegativeElbo: medianOf(runs, (run) => run.validationNegativeElbo),
    edges: medianOf(runs, ({ edges }) => edges),
    pearson: medianOf(runs, ({ pearson }) => pearson),
    f1: medianOf(runs, ({ f1 }) => f1),
  }
}

/** Heads of `settingRows`. */
export const settingColumns = [
  'epochs',
  'alpha',
  'beta',
  'disentanglement_ranking',
  'chosen',
  'runs',
  'epochs_trained',
  'validation_negative_elbo',
  'edges',
  'pearson_mcc',
  'f1',
]

/** One line for each setting of a search, figures being medians over its runs. */
export function settingRows({ settings, chosen }: RankedGrid): (string | number | null)[][] {
  return settings.map((each, at) => {
    const { epochs, alpha, beta } = each.setting
    const figures = settingFigures(each)
    return [
      epochs,
      alpha,
      beta,
      each.ranking,
      at === chosen ? 'yes' : 'no',
      each.runs.length,
      figures.epochs,
      figures.validationNegativeElbo,
      figures.edges,
      figures.pearson,
      figures.f1,
    ]
  })
}

function fixed(value: number | null, decimals: number): string {
  return value === null ? '–' : value.toFixed(decimals)
}

/** Head and lines of the table for people. Columns that no setting has are left out. */
export function searchLines(grid: RankedGrid): string[][] {
  const rows = grid.settings.map((each, at) => ({ each, at, figures: settingFigures(each) }))
  type Row = (typeof rows)[number]
  const columns: readonly (readonly [head: string, value: (row: Row) => number | null, decimals: number])[] =
    [
      ['epochs', ({ each }) => each.setting.epochs, 0],
      ['α', ({ each }) => each.setting.alpha, 4],
      ['β', ({ each }) => each.setting.beta, 4],
      ['UDR', ({ each }) => each.ranking, 3],
      ['runs', ({ each }) => each.runs.length, 0],
      ['epochs trained', ({ figures }) => figures.epochs, 0],
      ['negative ELBO', ({ figures }) => figures.validationNegativeElbo, 2],
      ['edges', ({ figures }) => figures.edges, 0],
      ['MCC', ({ figures }) => figures.pearson, 3],
      ['F1', ({ figures }) => figures.f1, 3],
    ]
  const shown = columns.filter(([, value]) => rows.some((row) => value(row) !== null))
  // α and β are told as they were given.
  const text = (value: number | null, decimals: number) =>
    value !== null && decimals === 4 ? String(value) : fixed(value, decimals)
  return [
    [...shown.map(([head]) => head), ''],
    ...rows.map((row) => [
      ...shown.map(([, value, decimals]) => text(value(row), decimals)),
      row.at === grid.chosen ? 'chosen' : '',
    ]),
  ]
}

/** What the columns of a search mean. */
export const searchNotes = [
  'UDR: unsupervised disentanglement ranking (Duan et al. 2020), the median over the runs of a setting of how alike their latents are to those of its other seeds, between 0 and 1. The setting with the highest one is chosen.',
  'The other figures are medians over its runs; the negative ELBO is of validation cells, in nats per cell.',
  'MCC and F1 compare with the truth of a simulated screen. Nothing is chosen by them.',
]

/** The table of a search in Markdown. */
export function searchMarkdown(search: SearchDocument): string {
  const [head, ...lines] = searchLines(search)
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    `# Settings of ${search.model}`,
    '',
    `Each setting was trained with the seeds ${search.seeds.join(', ')}.`,
    '',
    row(head),
    row(head.map(() => '---')),
    ...lines.map(row),
    '',
    ...searchNotes.map((note) => `- ${note}`),
    '',
  ].join('\n')
}
