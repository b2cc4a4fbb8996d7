import type { Evaluation } from '@contract/evaluation'
import type { ModelRecipe } from '@contract/recipe'
import type { Run } from '@contract/run'
import type { FigureTable } from '../../charts/figureTable'
import { holdOutShown, transferText } from '../../text/transfer'
import { modelNamesShown, presetsShown } from '../../text/models'
import { splitSettings, type Setting } from '../compare/compareRuns'
import { presetOfRun } from '../models/modelChoices'
import { settingName, settingShown } from '../compare/settingWords'

/** Means over the runs of one model on one prepared screen. */
export interface AcrossCell {
  readonly before: number
  readonly after: number
  /** Standard deviation over several runs, standard error of one; null where there is none. */
  readonly spread: number | null
  readonly runs: number
  /** The lowest of its column. */
  readonly best: boolean
}

/** Models × prepared screens, as the published table of transfer. */
export interface AcrossTable {
  /** One for each prepared screen, with what was held out. */
  readonly columns: readonly {
    readonly screen: string
    readonly heldOut: string
    readonly perturbations: number
  }[]
  readonly rows: readonly {
    readonly model: string
    /** Settings in which it differs from other rows of the same model. */
    readonly settings: string
    readonly cells: readonly (AcrossCell | null)[]
  }[]
}

/** Say nothing of the model: another seed or device is another run of the same one. */
const ofTheRun: ReadonlySet<Setting> = new Set(['seed', 'device', 'threads', 'compareWithin'])

function modelKey(configuration: ModelRecipe): string {
  return JSON.stringify(
    Object.entries(configuration).filter(([setting]) => !Array.from<string>(ofTheRun).includes(setting)),
  )
}

function groupBy<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) groups.set(keyOf(entry), [...(groups.get(keyOf(entry)) ?? []), entry])
  return groups
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Settings named at most. */
const mostSettings = 4

/** What tells a model from others of its kind: its preset where each has another one, else its settings. */
function settingsShown(run: Run, sameModel: readonly Run[]): string {
  if (sameModel.length === 1) return ''
  const presets = sameModel.map(({ configuration }) => presetOfRun(configuration))
  if (!presets.includes(null) && new Set(presets).size === presets.length) {
    const preset = presetOfRun(run.configuration)
    return preset === null ? '' : presetsShown[preset].name
  }
  const different = splitSettings(sameModel).different.filter((setting) => !ofTheRun.has(setting))
  const named = different
    .slice(0, mostSettings)
    .map((setting) => `${settingName(setting)} ${settingShown(run.configuration, setting)}`)
  const more = different.length - named.length
  return [...named, ...(more > 0 ? [transferText.moreSettings(more)] : [])].join(' · ')
}

interface Judged {
  readonly run: Run
  readonly transfer: NonNullable<Evaluation['transfer']>
  readonly holdOut: Evaluation['holdOut']
}

function cellOf(judged: readonly Judged[]): Omit<AcrossCell, 'best'> | null {
  if (judged.length === 0) return null
  const after = judged.map(({ transfer }) => transfer.mean.after.value)
  const centre = mean(after)
  const spread =
    judged.length === 1
      ? judged[0].transfer.mean.after.standardError
      : Math.sqrt(after.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (after.length - 1))
  return {
    before: mean(judged.map(({ transfer }) => transfer.mean.before.value)),
    after: centre,
    spread,
    runs: judged.length,
  }
}

/** Transfer of every evaluated run, by model and held-out perturbations; null with fewer than two evaluated runs. */
export function acrossHoldOuts(
  runs: readonly Run[],
  evaluations: ReadonlyMap<string, Evaluation>,
): AcrossTable | null {
  const judged = runs.flatMap((run): Judged[] => {
    const evaluation = evaluations.get(run.id)
    return evaluation?.transfer ? [{ run, transfer: evaluation.transfer, holdOut: evaluation.holdOut }] : []
  })
  if (judged.length < 2) return null
  const screens = [...groupBy(judged, ({ run }) => run.screenSha256)]
  const models = [...groupBy(judged, ({ run }) => modelKey(run.configuration)).values()]
  const table = models.map((ofModel) =>
    screens.map(([screen]) => cellOf(ofModel.filter(({ run }) => run.screenSha256 === screen))),
  )
  const lowest = screens.map((_screen, column) =>
    Math.min(...table.map((cells) => cells[column]?.after ?? Infinity)),
  )
  return {
    columns: screens.map(([screen, [first]]) => ({
      screen,
      heldOut: holdOutShown(first.holdOut),
      perturbations: first.transfer.perturbations.length,
    })),
    rows: models.map(([{ run }], at) => {
      const sameModel = models
        .map(([first]) => first.run)
        .filter(({ configuration }) => configuration.model === run.configuration.model)
      return {
        model: modelNamesShown[run.configuration.model],
        settings: settingsShown(run, sameModel),
        cells: table[at].map(
          (cell, column) => cell && { ...cell, best: models.length > 1 && cell.after === lowest[column] },
        ),
      }
    }),
  }
}

/** One row for each model and prepared screen. */
export function acrossFile({ columns, rows }: AcrossTable): FigureTable {
  const keys = [
    'model',
    'settings',
    'held_out',
    'perturbations',
    'screen_sha256',
    'runs',
    'before',
    'after',
    'spread',
  ]
  return {
    columns: keys.map((key) => ({ key, title: key })),
    rows: rows.flatMap(({ model, settings, cells }) =>
      cells.flatMap((cell, at) => {
        if (!cell) return []
        const { screen, heldOut, perturbations } = columns[at]
        return [
          [model, settings, heldOut, perturbations, screen, cell.runs, cell.before, cell.after, cell.spread],
        ]
      }),
    ),
  }
}

/** `345.0 → 340.1 ± 0.1`. */
export function cellShown({ before, after, spread }: AcrossCell, format: (value: number) => string): string {
  return `${format(before)} → ${format(after)}${spread === null ? '' : ` ± ${format(spread)}`}`
}

export function runsShown({ runs }: AcrossCell): string {
  return runs > 1 ? transferText.runsOf(runs) : ''
}
