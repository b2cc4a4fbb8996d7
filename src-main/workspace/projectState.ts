import { asProblem } from '@contract/errors'
import type { ProjectState } from '@contract/project'
import type { Run } from '@contract/run'
import type { TaskKind } from '@contract/task'
import { migrateProjectFile, readProject } from './projectFile'
import { holdsProject, lockProject } from './projectLock'
import { readRecipe } from './recipeFile'
import { listRuns, writeRun } from './runFiles'
import { findChangedSource } from './sources'
import { deriveSteps } from './steps'
import { removeLeftovers } from './writeBeside'

/** A run as it is left when the process that trained it is gone. */
export function asInterrupted(run: Run): Run {
  return {
    ...run,
    state: 'interrupted',
    problem: {
      code: 'training/interrupted',
      message: `Training was interrupted after epoch ${run.epochsDone}: the process that trained is gone.`,
      where: `run ${run.id}`,
      hint: 'Resume the run; it goes on from its last checkpoint.',
    },
  }
}

/** Reasons for not getting the lock with which a project can still be looked at. */
const stillReadable = new Set(['project/busy', 'files/noPermission', 'files/readOnlyDisk', 'files/diskFull'])

/**
 * Tidies a project after a crash: leftovers of writers go, runs that nobody trains any more become interrupted, an
 * older `project.json` is migrated. Does nothing where another process (or a task of this one) is writing.
 */
export async function recoverProject(directory: string): Promise<void> {
  // Refuses what is no project, or one of a newer version, before anything is touched.
  await readProject(directory)
  if (holdsProject(directory)) return
  let release
  try {
    release = await lockProject(directory, 0)
  } catch (error) {
    if (stillReadable.has(asProblem(error).code)) return
    throw error
  }
  try {
    await removeLeftovers(directory)
    await migrateProjectFile(directory)
    for (const run of await listRuns(directory)) {
      if (run.state === 'running' || run.state === 'queued') await writeRun(directory, asInterrupted(run))
    }
  } finally {
    await release()
  }
}

/**
 * All that is shown of a project.
 * @param busyWith kinds of its tasks that are queued or running in this process
 * @throws `project/missing`, `document/broken`, `document/invalid`, `document/newer`
 */
export async function readProjectState(
  directory: string,
  busyWith: ReadonlySet<TaskKind>,
): Promise<ProjectState> {
  const project = await readProject(directory)
  const recipe = await readRecipe(directory)
  const runs = await listRuns(directory)
  const changedSource = await findChangedSource(project.sources)
  return {
    directory,
    project,
    recipe,
    runs,
    steps: deriveSteps({ project, recipe, runs, changedSource, busyWith }),
  }
}
