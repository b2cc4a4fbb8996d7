import { copyFile } from 'node:fs/promises'
import { ShiftscopeError } from '@contract/errors'
import { projectSchema, type Project } from '@contract/project'
import { checkDocument, parseText, readTextIfThere } from './documents'
import { migrate, projectMigrations, projectVersion } from './migrations'
import { projectPaths } from './projectPaths'
import { writeFileBeside } from './writeBeside'

const hint = 'Correct the file by hand, restore it from a backup, or start a new project and import again.'

function notAProject(directory: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'project/missing',
    message: 'The folder is not a Shiftscope project: it has no project.json.',
    where: directory,
    hint: 'Choose the folder of a project, or create a new project.',
  })
}

/**
 * Reads `project.json`, in memory brought to the present schema version.
 * @throws `project/missing`, `document/broken`, `document/invalid`, `document/newer`
 */
export async function readProject(directory: string): Promise<Project> {
  const file = projectPaths(directory).project
  const text = await readTextIfThere(file)
  if (text === null) throw notAProject(directory)
  const parsed = parseText(text, file, hint)
  const { document } = migrate(parsed.value, file)
  return checkDocument(projectSchema, { ...parsed, value: document }, file, hint)
}

/** Writes `project.json`. The caller holds the project's lock. */
export async function writeProject(directory: string, project: Project): Promise<void> {
  const checked = projectSchema.parse(project)
  await writeFileBeside(projectPaths(directory).project, `${JSON.stringify(checked, null, 2)}\n`)
}

/**
 * Writes an older `project.json` in the present version. The old file stays beside it as `project.version-N.json`.
 * The caller holds the project's lock.
 */
export async function migrateProjectFile(
  directory: string,
  target = projectVersion,
  migrations = projectMigrations,
): Promise<void> {
  const file = projectPaths(directory).project
  const text = await readTextIfThere(file)
  if (text === null) throw notAProject(directory)
  const { document, from } = migrate(parseText(text, file, hint).value, file, target, migrations)
  if (from === target) return
  await copyFile(file, file.replace(/\.json$/, `.version-${from}.json`))
  await writeFileBeside(file, `${JSON.stringify(document, null, 2)}\n`)
}
