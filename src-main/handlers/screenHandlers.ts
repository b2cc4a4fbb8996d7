import { resolve } from 'node:path'
import { planImport, planMeasureEffects, planPrepare, requireImport } from '../tasks/screenPlans'
import { readEffects } from '../workspace/effectsFile'
import { readProject } from '../workspace/projectFile'
import { readRecipe } from '../workspace/recipeFile'
import type { Handlers, Services } from './handler'
import { projectDirectory } from './projects'

/** Steps 1 to 3: reading the screen, quality, hold-out. */
export function screenHandlers(
  services: Services,
): Pick<
  Handlers,
  | 'screen/inspect'
  | 'screen/import'
  | 'screen/prepare'
  | 'quality/figures'
  | 'quality/preview'
  | 'holdOut/measureEffects'
  | 'holdOut/effects'
  | 'holdOut/pathways'
  | 'holdOut/preview'
> {
  const { reader, tasks } = services
  /** The project's choices, once its import is known to be there and current. */
  const imported = async (given: string) => {
    const directory = projectDirectory(given)
    const project = await readProject(directory)
    const recipe = await readRecipe(directory)
    requireImport(project, recipe)
    return { directory, project, recipe }
  }

  return {
    'screen/inspect': ({ path }) => reader.ask('inspect', { path: resolve(path) }),
    'screen/import': async ({ directory }) => {
      const task = await tasks.add(await planImport(projectDirectory(directory)))
      return { task: task.id }
    },
    'screen/prepare': async ({ directory }) => {
      const task = await tasks.add(await planPrepare(projectDirectory(directory)))
      return { task: task.id }
    },
    'quality/figures': async (body) => {
      const { directory } = await imported(body.directory)
      return reader.ask('qualityFigures', { directory })
    },
    'quality/preview': async (body) => {
      const { directory } = await imported(body.directory)
      return reader.ask('qualityPreview', { directory, quality: body.quality })
    },
    'holdOut/measureEffects': async ({ directory }) => {
      const task = await tasks.add(await planMeasureEffects(projectDirectory(directory)))
      return { task: task.id }
    },
    'holdOut/effects': async (body) => {
      const { directory, project, recipe } = await imported(body.directory)
      return { effects: await readEffects(directory, project, recipe.quality) }
    },
    'holdOut/pathways': async (body) => {
      const { directory, recipe } = await imported(body.directory)
      return reader.ask('pathways', { directory, quality: recipe.quality, file: body.file })
    },
    'holdOut/preview': async (body) => {
      const { directory, recipe } = await imported(body.directory)
      const { quality, split } = recipe
      return reader.ask('holdOutPreview', { directory, quality, holdOut: body.holdOut, split })
    },
  }
}
