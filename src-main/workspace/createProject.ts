import { mkdir, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import type { RecipeInput } from '@contract/recipe'
import { readTextIfThere } from './documents'
import { projectVersion } from './migrations'
import { writeProject } from './projectFile'
import { lockProject } from './projectLock'
import { projectPaths } from './projectPaths'
import { writeRecipe } from './recipeFile'

/** The name of a folder for a project: what file systems refuse becomes a dash. */
export function folderNameFor(name: string): string {
  const cleaned = name
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, '-')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .trim()
  return cleaned === '' ? 'screen' : cleaned
}

async function isFree(directory: string): Promise<boolean> {
  const entries = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  return entries.length === 0
}

/** `name` in `parent`, or `name 2`, `name 3` … where that is taken by something. */
export async function freeFolder(parent: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const directory = join(parent, number === 1 ? name : `${name} ${number}`)
    if (await isFree(directory)) return directory
  }
}

/** Whether the folder holds a project, of whatever version and health. */
export async function isProject(directory: string): Promise<boolean> {
  return (await readTextIfThere(projectPaths(directory).project)) !== null
}

/**
 * Makes a project in a folder that is empty or does not exist.
 * @throws `project/folderTaken` when there is something in the folder already
 */
export async function createProject(
  directory: string,
  options: { name?: string; recipe?: RecipeInput } = {},
): Promise<void> {
  if (!(await isFree(directory))) {
    throw new ShiftscopeError({
      code: 'project/folderTaken',
      message: 'The folder for the new project already holds files.',
      where: directory,
      hint: 'Choose another name or another place, or open the project that is there.',
    })
  }
  await mkdir(directory, { recursive: true })
  const release = await lockProject(directory)
  try {
    await writeRecipe(directory, options.recipe ?? {})
    // Last, because this file makes the folder a project.
    await writeProject(directory, {
      schemaVersion: projectVersion,
      name: options.name ?? basename(directory),
      createdAt: new Date().toISOString(),
      sources: [],
      imported: null,
      prepared: null,
    })
  } finally {
    await release()
  }
}
