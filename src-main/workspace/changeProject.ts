import { rm } from 'node:fs/promises'
import type { Project } from '@contract/project'
import { readProject, writeProject } from './projectFile'
import { lockProject } from './projectLock'
import { putInPlace, type StagedFile } from './writeBeside'

/** The last change under way of each project: changes of one process happen one after the other. */
const underWay = new Map<string, Promise<unknown>>()

/**
 * Reads `project.json`, changes it and writes it, with nobody in between.
 * @throws `project/busy` when another process holds the project
 */
export async function changeProject(
  directory: string,
  change: (project: Project) => Project,
): Promise<Project> {
  const release = await lockProject(directory)
  const before = underWay.get(directory)
  const write = async () => {
    await before?.catch(() => undefined)
    const project = change(await readProject(directory))
    await writeProject(directory, project)
    return project
  }
  const mine = write()
  underWay.set(directory, mine)
  try {
    return await mine
  } finally {
    if (underWay.get(directory) === mine) underWay.delete(directory)
    await release()
  }
}

/**
 * Puts a screen file into its place and records it in `project.json`. The two cannot happen at once, so the old record
 * goes first: after a crash in between the step is to be done again, and no record describes another file.
 * @param forget takes the old record out
 * @param record puts the new one in
 */
export async function replaceRecordedFile(
  directory: string,
  staged: StagedFile,
  forget: (project: Project) => Project,
  record: (project: Project) => Project,
): Promise<void> {
  try {
    await changeProject(directory, forget)
    await putInPlace(staged)
  } catch (error) {
    await rm(staged.partial, { force: true })
    throw error
  }
  await changeProject(directory, record)
}
