import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ProjectState } from '@contract/project'
import { changeProject } from '../workspace/changeProject'
import { createProject, folderNameFor, freeFolder } from '../workspace/createProject'
import { readProject } from '../workspace/projectFile'
import { lockProject } from '../workspace/projectLock'
import { projectPaths } from '../workspace/projectPaths'
import { writeRecipe } from '../workspace/recipeFile'
import { exampleName, exampleRecipe } from './exampleScreen'
import type { Handlers, Services } from './handler'
import { projectDirectory } from './projects'
import { simulatedScreenRecipe } from './simulatedScreen'

async function isThere(directory: string): Promise<boolean> {
  return (await stat(projectPaths(directory).project).catch(() => null)) !== null
}

/** Projects and their recipes. */
export function projectHandlers(
  services: Services,
): Pick<
  Handlers,
  | 'projects/recent'
  | 'projects/forget'
  | 'projects/create'
  | 'projects/createExample'
  | 'projects/createFromSimulation'
  | 'projects/open'
  | 'projects/rename'
  | 'recipe/change'
> {
  const { settings, projects, resourcesDirectory, announce } = services
  const open = async (directory: string): Promise<ProjectState> => {
    const state = await projects.open(directory)
    settings.remember(directory, state.project.name)
    return state
  }
  /** After a change: other windows hear of it. */
  const changed = async (directory: string): Promise<ProjectState> => {
    announce('project/changed', { directory })
    return projects.read(directory)
  }

  return {
    'projects/recent': async () => {
      const remembered = settings.recentProjects()
      const available = await Promise.all(remembered.map(({ directory }) => isThere(directory)))
      return { projects: remembered.map((project, i) => ({ ...project, available: available[i] })) }
    },
    'projects/forget': ({ directory }) => {
      settings.forget(projectDirectory(directory))
      return Promise.resolve({})
    },
    'projects/create': async ({ name, parentDirectory }) => {
      const directory = join(resolve(parentDirectory), folderNameFor(name))
      await createProject(directory, { name })
      return open(directory)
    },
    'projects/createExample': async ({ parentDirectory }) => {
      const recipe = await exampleRecipe(resourcesDirectory)
      const parent = resolve(parentDirectory ?? settings.read().projectsDirectory)
      const directory = await freeFolder(parent, exampleName)
      await createProject(directory, { recipe })
      return open(directory)
    },
    'projects/createFromSimulation': async ({ simulation, name, parentDirectory }) => {
      const recipe = await simulatedScreenRecipe(resolve(simulation))
      const directory = join(resolve(parentDirectory), folderNameFor(name))
      await createProject(directory, { name, recipe })
      return open(directory)
    },
    'projects/open': ({ directory }) => open(projectDirectory(directory)),
    'projects/rename': async (body) => {
      const directory = projectDirectory(body.directory)
      await changeProject(directory, (project) => ({ ...project, name: body.name }))
      settings.remember(directory, body.name)
      return changed(directory)
    },
    'recipe/change': async ({ directory: given, recipe }) => {
      const directory = projectDirectory(given)
      await readProject(directory)
      const release = await lockProject(directory)
      try {
        await writeRecipe(directory, recipe)
      } finally {
        await release()
      }
      return changed(directory)
    },
  }
}
