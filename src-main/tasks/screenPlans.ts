import { isDeepStrictEqual } from 'node:util'
import { ShiftscopeError } from '@contract/errors'
import type { Project } from '@contract/project'
import type { Recipe } from '@contract/recipe'
import { replaceRecordedFile } from '../workspace/changeProject'
import { readProject } from '../workspace/projectFile'
import { readRecipe } from '../workspace/recipeFile'
import { removeLeftovers } from '../workspace/writeBeside'
import { requireScreen } from './runPlans'
import type { TaskPlan } from './taskPlan'

const stopWithinMs = 5000

/** A worker that died or was ended by force left its partial files. */
function sweep(directory: string): () => Promise<void> {
  return async () => {
    await removeLeftovers(directory)
  }
}

/** The import of a project. @throws `project/notImported` when there is none, `project/outOfDate` when it is old */
export function requireImport(project: Project, recipe: Recipe): NonNullable<Project['imported']> {
  if (!project.imported) {
    throw new ShiftscopeError({
      code: 'project/notImported',
      message: 'The project has no imported screen yet.',
      hint: 'Import the screen first (step 1, or "shiftscope import").',
    })
  }
  if (recipe.screen && !isDeepStrictEqual(recipe.screen, project.imported.screen)) {
    throw new ShiftscopeError({
      code: 'project/outOfDate',
      message: 'The choice of files or labels has changed since the screen was imported.',
      hint: 'Import the screen again (step 1, or "shiftscope import").',
    })
  }
  return project.imported
}

/** Reads the files that the recipe names into the project. @throws `project/noScreen` when it names none */
export async function planImport(directory: string): Promise<TaskPlan<'importScreen'>> {
  const { screen } = await readRecipe(directory)
  if (!screen) {
    throw new ShiftscopeError({
      code: 'project/noScreen',
      message: 'The recipe names no count matrix.',
      where: `${directory}, recipe.yaml, field screen`,
      hint: 'Choose the count matrix (step 1), or name it with "shiftscope import COUNTS".',
    })
  }
  return {
    kind: 'import',
    title: 'Import the screen',
    directory,
    run: null,
    job: 'importScreen',
    input: { directory, screen },
    stopWithinMs,
    commit: ({ staged, sources, report }) =>
      replaceRecordedFile(
        directory,
        staged,
        (project) => ({ ...project, imported: null }),
        (project) => ({
          ...project,
          sources,
          imported: { at: new Date().toISOString(), screen, report },
        }),
      ),
    abandon: sweep(directory),
  }
}

/** Measures how strongly each perturbation acts, with the present quality rule. */
export async function planMeasureEffects(directory: string): Promise<TaskPlan<'measureEffects'>> {
  const recipe = await readRecipe(directory)
  const imported = requireImport(await readProject(directory), recipe)
  return {
    kind: 'measureEffects',
    title: 'Measure the effects of the perturbations',
    directory,
    run: null,
    job: 'measureEffects',
    input: { directory, quality: recipe.quality, importedAt: imported.at },
    stopWithinMs,
    commit: () => Promise.resolve(),
    abandon: sweep(directory),
  }
}

/**
 * Computes the simple rows beside every model. Null takes the latents and the columns of the recipe's first model.
 * @throws `project/notPrepared`
 */
export async function planBaselines(
  directory: string,
  chosen: { readonly components: number | null; readonly compareWithin: string[] | null },
): Promise<TaskPlan<'baselines'>> {
  const { holdOut } = requireScreen(await readProject(directory))
  const { models } = await readRecipe(directory)
  const [{ latents, compareWithin }] = models
  return {
    kind: 'baselines',
    title: 'Compute the baselines',
    directory,
    run: null,
    job: 'baselines',
    input: {
      directory,
      components: chosen.components ?? latents,
      compareWithin: chosen.compareWithin ?? compareWithin,
      holdOut,
    },
    stopWithinMs,
    commit: () => Promise.resolve(),
    abandon: sweep(directory),
  }
}

/** Applies quality, hold-out and split of the recipe. */
export async function planPrepare(directory: string): Promise<TaskPlan<'prepareScreen'>> {
  const recipe = await readRecipe(directory)
  const imported = requireImport(await readProject(directory), recipe)
  const { quality, holdOut, split } = recipe
  return {
    kind: 'prepare',
    title: 'Prepare the screen',
    directory,
    run: null,
    job: 'prepareScreen',
    input: { directory, quality, holdOut, split },
    stopWithinMs,
    commit: ({ staged, screenSha256, report }) =>
      replaceRecordedFile(
        directory,
        staged,
        (project) => ({ ...project, prepared: null }),
        (project) => ({
          ...project,
          prepared: {
            at: new Date().toISOString(),
            importedAt: imported.at,
            quality,
            holdOut,
            split,
            screenSha256,
            report,
          },
        }),
      ),
    abandon: sweep(directory),
  }
}
