import type { Baselines } from '@contract/baselines'
import type { Evaluation } from '@contract/evaluation'
import type { ProjectState } from '@contract/project'
import type { RecipeInput } from '@contract/recipe'
import { recipeSchema } from '@contract/recipe'
import { evaluationLines } from './commands/evaluate'
import { comparisonLines, type ComparedRun } from './comparisonLines'
import { importReportLines } from './commands/import'
import { prepareReportLines } from './commands/prepare'
import { runLines } from './commands/train'
import { ask, type Session } from './session'
import {
  defaultExportFolder,
  evaluateRun,
  exportRun,
  importScreen,
  openProject,
  prepareScreen,
  trainModels,
  withRecipe,
  type Trained,
} from './stages'
import { duration } from './wording'

/** All that came of a recipe. */
export interface Summary {
  readonly project: ProjectState
  readonly trained: readonly (Trained & { readonly exportedTo: string })[]
  /** In the order of the runs; empty where the recipe does not ask for it. */
  readonly evaluations: readonly Evaluation[]
  /** Null where none were computed for the screen. */
  readonly baselines: Baselines | null
  /** Seconds of each stage; training is that of all runs together. */
  readonly seconds: {
    readonly import: number
    readonly prepare: number
    readonly train: number
    /** 0 where the recipe does not ask for it. */
    readonly evaluate: number
    readonly export: number
  }
}

/** Imports, prepares, trains every model and exports every run, saying after each stage what came of it. */
export async function runAll(
  session: Session,
  directory: string,
  recipe: RecipeInput,
  exportFolder = (run: string) => defaultExportFolder(directory, run),
): Promise<Summary> {
  const say = (title: string, lines: readonly string[]) => {
    for (const line of [title, ...lines.map((text) => `  ${text}`)]) session.terminal.report(line)
  }
  const checked = recipeSchema.parse(recipe)
  const importSeconds = await withRecipe(
    session,
    directory,
    () => checked,
    () => importScreen(session, directory),
  )
  const { imported } = (await openProject(session, directory)).project
  if (imported) say(`Imported in ${duration(importSeconds)}`, importReportLines(imported.report))

  const prepareSeconds = await prepareScreen(session, directory)
  const { prepared } = (await openProject(session, directory)).project
  if (prepared) say(`Prepared in ${duration(prepareSeconds)}`, prepareReportLines(prepared.report))

  const trained = await trainModels(session, directory)
  for (const one of trained) say(`Trained in ${duration(one.seconds)}`, runLines(one))

  let evaluateSeconds = 0
  const compared: ComparedRun[] = []
  for (const { run } of checked.evaluation ? trained : []) {
    const { evaluation, seconds } = await evaluateRun(session, directory, run.id, {
      particles: checked.evaluation?.particles,
    })
    evaluateSeconds += seconds
    compared.push({ run, evaluation })
    say(`Evaluated in ${duration(seconds)}`, evaluationLines(evaluation))
  }
  const { baselines } = await ask(session, 'evaluation/baselines', { directory })
  if (baselines && compared.length > 0) say('Compared', comparisonLines(compared, baselines))

  let exportSeconds = 0
  const exported = []
  for (const one of trained) {
    const to = exportFolder(one.run.id)
    exportSeconds += await exportRun(session, directory, one.run.id, to)
    exported.push({ ...one, exportedTo: to })
  }
  say(
    `Exported in ${duration(exportSeconds)}`,
    exported.map((one) => one.exportedTo),
  )
  return {
    project: await openProject(session, directory),
    trained: exported,
    evaluations: compared.map(({ evaluation }) => evaluation),
    baselines,
    seconds: {
      import: importSeconds,
      prepare: prepareSeconds,
      train: trained.reduce((sum, one) => sum + one.seconds, 0),
      evaluate: evaluateSeconds,
      export: exportSeconds,
    },
  }
}
