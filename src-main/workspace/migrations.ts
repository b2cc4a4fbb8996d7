import { ShiftscopeError } from '@contract/errors'

/** Turns a document of one schema version into one of the next. Receives and returns plain data. */
export type Migration = (document: Readonly<Record<string, unknown>>) => Record<string, unknown>

/**
 * The migrations of `project.json`, by the version they start from. Version 1 is the first: none so far. A change of
 * the schema adds one here and raises the version in the contract.
 */
export const projectMigrations: ReadonlyMap<number, Migration> = new Map()

/** The version of `project.json` that this program writes. */
export const projectVersion = 1

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Brings a document to the present schema version, one version at a time.
 * @returns the document, and the version it had
 * @throws `document/newer` for a document of a later version, `document/invalid` for one without a version
 */
export function migrate(
  document: unknown,
  file: string,
  target: number = projectVersion,
  migrations: ReadonlyMap<number, Migration> = projectMigrations,
): { document: Record<string, unknown>; from: number } {
  const from = isRecord(document) ? document.schemaVersion : undefined
  if (!isRecord(document) || typeof from !== 'number' || !Number.isInteger(from) || from < 1) {
    throw new ShiftscopeError({
      code: 'document/invalid',
      message: 'The file does not say which schema version it has.',
      where: `${file}, field schemaVersion`,
      hint: 'Restore the file from a backup, or start a new project.',
    })
  }
  if (from > target) {
    throw new ShiftscopeError({
      code: 'document/newer',
      message: `The project was written by a newer Shiftscope: its format is version ${from}, this program knows versions up to ${target}.`,
      where: `${file}, field schemaVersion`,
      hint: 'Install the latest Shiftscope and open the project with it. Nothing was changed.',
    })
  }
  let current = document
  for (let version = from; version < target; version++) {
    const migration = migrations.get(version)
    if (!migration) throw new Error(`No migration leads from version ${version} of ${file}.`)
    current = { ...migration(current), schemaVersion: version + 1 }
  }
  return { document: current, from }
}
