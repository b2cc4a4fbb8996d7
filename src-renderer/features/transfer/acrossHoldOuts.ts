import type { Evaluation } from '@contract/evaluation'
import type { Run } from '@contract/run'
import type { FigureTable } from '../../charts/figureTable'
import { holdOutShown, transferText } from '../../text/transfer'
import { groupByModel } from '../compare/modelGroups'

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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
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
  const screens = [...new Set(judged.map(({ run }) => run.screenSha256))]
  const models = groupByModel(judged.map(({ run }) => run))
  const table = models.map(({ runs: ofModel }) =>
    screens.map((screen) =>
      cellOf(judged.filter(({ run }) => run.screenSha256 === screen && ofModel.includes(run))),
    ),
  )
  const lowest = screens.map((_screen, column) =>
    Math.min(...table.map((cells) => cells[column]?.after ?? Infinity)),
  )
  return {
    columns: screens.map((screen) => {
      const of = judged.filter(({ run }) => run.screenSha256 === screen)
      return {
        screen,
        heldOut: holdOutShown(of[0].holdOut),
        perturbations: of[0].transfer.perturbations.length,
      }
    }),
    rows: models.map(({ model, settings }, at) => ({
      model,
      settings,
      cells: table[at].map(
        (cell, column) => cell && { ...cell, best: models.length > 1 && cell.after === lowest[column] },
      ),
    })),
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
