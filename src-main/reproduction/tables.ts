import { settingColumns, settingRows } from '../evaluation/searchTable'
import { csvText } from '../formats/exports/csv'
import { measures, type Measure, type MeasureName } from './measures'
import type { StudyRecord } from './record'
import type { StudySettings, Study } from './study'
import type { Spread, SummaryFigure, SummaryRow } from './summary'

/** The tables of a study as text. */

const sources = [
  ['here', 'here'],
  ['paper', 'paper'],
  ['reference', 'reference'],
] as const satisfies readonly (readonly [keyof SummaryFigure, string])[]
type Source = (typeof sources)[number][0]

function measureOf(name: MeasureName): Measure {
  return measures[name]
}

function spreadText(spread: Spread | null, decimals: number): string {
  if (!spread) return '–'
  const { mean, deviation } = spread
  return deviation === null
    ? mean.toFixed(decimals)
    : `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}`
}

/** What others told is shown with two decimals, as they told it. */
function figureText(figure: SummaryFigure, source: Source): string {
  const { decimals } = measureOf(figure.measure)
  return spreadText(figure[source], source === 'paper' ? Math.min(2, decimals) : decimals)
}

/** Head and lines of the table of a study for people: below what was obtained here stands what is known. */
export function tableLines(study: Study, rows: readonly SummaryRow[]): string[][] {
  const several = study.screens.length > 1
  const head = [
    ...(several ? ['Screens'] : []),
    'Model',
    'From',
    'Runs',
    ...study.measures.map((measure) => measureOf(measure).label),
  ]
  const lines = rows.flatMap((row) =>
    sources
      .filter(([source]) => row.figures.some((figure) => figure[source] !== null))
      .map(([source, label]) => [
        ...(several ? [row.screenLabel] : []),
        row.modelLabel,
        label,
        source === 'here' ? row.seeds.length.toString() : '',
        ...row.figures.map((figure) => figureText(figure, source)),
      ]),
  )
  return [head, ...lines]
}

/** What to mind in comparing, with these settings. */
function notesOf({ notes, fixedSettings }: Study, { search }: StudySettings): string[] {
  if (search === null) return [...notes, ...(fixedSettings === undefined ? [] : [fixedSettings])]
  const chosen = `Settings of each model with a grid (Lopez et al. 2023, Table 4) were chosen for each screen by disentanglement ranking of ${search} seeds, without the truth; the run with the first seed was then judged.`
  return [...notes, chosen]
}

function settingsText({ cells, epochs, particles }: StudySettings): string {
  const ofRecipe = epochs === null ? '' : `, ${epochs} epochs`
  return `${cells} cells of each perturbation${ofRecipe}, ${particles} particles`
}

/** The table of a study in Markdown. */
export function markdownOf(study: Study, settings: StudySettings, rows: readonly SummaryRow[]): string {
  const [head, ...lines] = tableLines(study, rows)
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const seeds = [...new Set(rows.flatMap((each) => each.seeds))].sort((a, b) => a - b)
  return [
    `# ${study.title}`,
    '',
    `${settingsText(settings)}; seeds: ${seeds.join(', ')}. Mean ± standard deviation over runs.`,
    '',
    row(head),
    row(head.map(() => '---')),
    ...lines.map(row),
    '',
    ...study.measures.map((name) => `- ${measureOf(name).label}: ${measureOf(name).meaning}.`),
    '',
    ...notesOf(study, settings).map((note) => `- ${note}`),
    '',
  ].join('\n')
}

/** The table of a study as one document. */
export function documentOf(study: Study, settings: StudySettings, rows: readonly SummaryRow[]) {
  const { name, title } = study
  return { schemaVersion: 1, study: name, title, settings, rows, notes: notesOf(study, settings) }
}

/** Every setting of every search of a study. */
export function searchCsvOf(records: readonly StudyRecord[]): string {
  const lines = records.flatMap(({ screen, seed, model, search }) =>
    search === null ? [] : settingRows(search).map((row) => [screen, seed, model, ...row]),
  )
  return csvText([['screen', 'seed', 'model', ...settingColumns], ...lines])
}

/** The table of a study with one line for each screen, model and figure. */
export function csvOf(rows: readonly SummaryRow[]): string {
  const head = ['screen', 'model', 'measure', 'runs', 'mean', 'standard_deviation']
  const others = ['paper_mean', 'paper_standard_deviation', 'reference_mean', 'reference_standard_deviation']
  const both = (spread: Spread | null) => [spread?.mean ?? null, spread?.deviation ?? null]
  const lines = rows.flatMap((row) =>
    row.figures.map((figure) => [
      row.screen,
      row.model,
      figure.measure,
      figure.runs,
      ...both(figure.here),
      ...both(figure.paper),
      ...both(figure.reference),
    ]),
  )
  return csvText([[...head, ...others], ...lines])
}

/** The figures of every single run. */
export function runsCsvOf(study: Study, records: readonly StudyRecord[]): string {
  const head = ['screen', 'seed', 'model', 'epochs', 'threads', ...study.measures]
  const lines = records.map((record) => [
    record.screen,
    record.seed,
    record.model,
    record.epochsDone,
    record.configuration.threads,
    ...study.measures.map((name) => measureOf(name).of(record)),
  ])
  return csvText([head, ...lines])
}
