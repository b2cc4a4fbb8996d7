import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { ShiftscopeError } from '@contract/errors'
import { runSchema, type Run } from '@contract/run'
import { checkDocument, parseText, readTextIfThere } from './documents'
import { projectPaths, runPaths } from './projectPaths'
import { partialPath, writeFileBeside } from './writeBeside'

const hint = 'Correct the file by hand or restore it from a backup; the other runs are not affected.'
const idPattern = runSchema.shape.id

/**
 * Reads `run.json`.
 * @throws `run/missing`, `document/broken`, `document/invalid`
 */
export async function readRun(directory: string, run: string): Promise<Run> {
  const known = idPattern.safeParse(run)
  const file = runPaths(directory, run).run
  const text = known.success ? await readTextIfThere(file) : null
  if (text === null) {
    throw new ShiftscopeError({
      code: 'run/missing',
      message: `The project has no run "${run}".`,
      where: projectPaths(directory).runs,
      hint: 'Choose one of the runs of the project; "latest" names the newest.',
    })
  }
  return checkDocument(runSchema, parseText(text, file, hint), file, hint)
}

/** Writes `run.json`. The caller holds the project's lock. */
export async function writeRun(directory: string, run: Run): Promise<void> {
  const checked = runSchema.parse(run)
  await writeFileBeside(runPaths(directory, run.id).run, `${JSON.stringify(checked, null, 2)}\n`)
}

async function listRunFolders(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(projectPaths(directory).runs, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && idPattern.safeParse(entry.name).success)
      .map((entry) => entry.name)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** All runs of a project, oldest first. A folder in which no `run.json` was written yet is not a run. */
export async function listRuns(directory: string): Promise<Run[]> {
  const runs: Run[] = []
  for (const name of await listRunFolders(directory)) {
    if ((await readTextIfThere(runPaths(directory, name).run)) === null) continue
    runs.push(await readRun(directory, name))
  }
  return runs.sort(
    (a, b) =>
      a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id, undefined, { numeric: true }),
  )
}

async function makeNewFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * Makes the folder of a new run and gives its id, `svae-plus-1` and so on. The caller holds the project's lock, which
 * keeps other processes out; of callers in this one each gets a folder of its own.
 */
export async function reserveRun(directory: string, model: string): Promise<string> {
  const taken = (await listRunFolders(directory))
    .filter((name) => name.startsWith(`${model}-`))
    .map((name) => Number(name.slice(model.length + 1)))
    .filter(Number.isInteger)
  await mkdir(projectPaths(directory).runs, { recursive: true })
  for (let number = Math.max(0, ...taken) + 1; ; number++) {
    const id = `${model}-${number}`
    if (await makeNewFolder(runPaths(directory, id).directory)) return id
  }
}

/** Deletes a run and its files, at once: a crash meanwhile leaves a leftover, not half a run. */
export async function removeRun(directory: string, run: string): Promise<void> {
  await readRun(directory, run)
  const folder = runPaths(directory, run).directory
  const aside = partialPath(folder)
  await rename(folder, aside)
  await rm(aside, { recursive: true, force: true })
}
