import { isAbsolute, resolve } from 'node:path'
import { stringify } from 'yaml'
import { ShiftscopeError } from '@contract/errors'
import { recipeSchema, type Recipe, type RecipeInput } from '@contract/recipe'
import { checkDocument, parseText, readTextIfThere } from './documents'
import { projectPaths } from './projectPaths'
import { writeFileBeside } from './writeBeside'

const hint = 'Correct the field named here; docs and "shiftscope run --help" list what a recipe may hold.'

const header = `# Shiftscope recipe: the choices of all steps of this project.
# Run it again, here or elsewhere, with: shiftscope run recipe.yaml --project FOLDER
# Paths are absolute, or relative to the folder of this file.
`

/**
 * Reads a recipe. Fields that are left out have their defaults, unknown ones are refused.
 * @throws `files/missing`, `document/broken`, `document/invalid` with file, line and field
 */
export async function readRecipeFile(file: string): Promise<Recipe> {
  const text = await readTextIfThere(file)
  if (text === null) {
    throw new ShiftscopeError({
      code: 'files/missing',
      message: 'The recipe does not exist.',
      where: file,
      hint: 'Check the path for typing errors, or restore the file from a backup.',
    })
  }
  const parsed = parseText(text, file, hint)
  // An empty file parses to null: a recipe in which everything has its default.
  const value: unknown = parsed.value ?? {}
  return checkDocument(recipeSchema, { ...parsed, value }, file, hint)
}

export async function readRecipe(directory: string): Promise<Recipe> {
  return readRecipeFile(projectPaths(directory).recipe)
}

/** Writes the recipe of a project. The caller holds the project's lock. */
export async function writeRecipe(directory: string, recipe: RecipeInput): Promise<void> {
  const checked = recipeSchema.parse(recipe)
  await writeFileBeside(projectPaths(directory).recipe, header + stringify(checked, { lineWidth: 100 }))
}

/** A path of a recipe as an absolute one. */
export function resolveRecipePath(baseDirectory: string, path: string): string {
  return isAbsolute(path) ? path : resolve(baseDirectory, path)
}

/** The same recipe with every relative path made absolute, so that it can move to another folder. */
export function withAbsolutePaths(recipe: Recipe, baseDirectory: string): Recipe {
  const absolute = (path: string | null) => (path === null ? null : resolveRecipePath(baseDirectory, path))
  const { screen, holdOut } = recipe
  return {
    ...recipe,
    screen: screen && {
      ...screen,
      counts: resolveRecipePath(baseDirectory, screen.counts),
      guides: absolute(screen.guides),
      guideTargets: absolute(screen.guideTargets),
    },
    holdOut:
      holdOut.rule === 'pathway'
        ? { ...holdOut, file: resolveRecipePath(baseDirectory, holdOut.file) }
        : holdOut,
  }
}
