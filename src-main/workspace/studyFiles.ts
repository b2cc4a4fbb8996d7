import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import {
  studyDescriptionSchema,
  studyRecordSchema,
  type StudyDescription,
  type StudyRecord,
} from '../reproduction/record'
import type { Study, StudyName, StudySettings } from '../reproduction/study'
import { summarise } from '../reproduction/summary'
import { csvOf, documentOf, markdownOf, runsCsvOf, searchCsvOf } from '../reproduction/tables'
import { checkDocument, parseText, readTextIfThere } from './documents'
import { writeFileBeside } from './writeBeside'

/** Where everything of a study lies. */
export interface StudyPaths {
  readonly description: string
  /** One file for each run that is done. */
  readonly records: string
  /** One folder for each simulated screen. */
  readonly screens: string
  /** One project for each simulated screen, with all runs on it. */
  readonly projects: string
}

export function studyPaths(directory: string): StudyPaths {
  return {
    description: join(directory, 'study.json'),
    records: join(directory, 'records'),
    screens: join(directory, 'screens'),
    projects: join(directory, 'projects'),
  }
}

const hint = 'Give the study another folder, or delete the file and run the study again.'

async function readDescription(directory: string): Promise<StudyDescription | null> {
  const file = studyPaths(directory).description
  const text = await readTextIfThere(file)
  return text === null ? null : checkDocument(studyDescriptionSchema, parseText(text, file, hint), file, hint)
}

const settingWords: Record<keyof StudySettings, string> = {
  cells: 'cells of each perturbation',
  epochs: 'epochs',
  particles: 'particles',
  search: 'seeds of the search',
}

function valueText(name: keyof StudySettings, value: number | null): string {
  if (value !== null) return String(value)
  return name === 'search' ? 'none' : 'those of each model'
}

/**
 * Makes the folder of a study, or goes on with the one that it holds.
 * @throws ShiftscopeError `study/folderTaken` when it holds other files, `study/otherStudy`, `study/otherSettings`
 */
export async function openStudyFolder(
  directory: string,
  study: StudyName,
  settings: StudySettings,
): Promise<void> {
  const there = await readDescription(directory)
  if (!there) {
    await mkdir(directory, { recursive: true })
    const other = (await readdir(directory)).find((name) => !name.startsWith('.'))
    if (other !== undefined) {
      throw new ShiftscopeError({
        code: 'study/folderTaken',
        message: `The folder for the study already holds other files ("${other}").`,
        where: directory,
        hint: 'Choose an empty or new folder.',
      })
    }
    const description = studyDescriptionSchema.parse({
      schemaVersion: 1,
      study,
      createdAt: new Date().toISOString(),
      settings,
    })
    await writeFileBeside(studyPaths(directory).description, `${JSON.stringify(description, null, 2)}\n`)
    return
  }
  const another = 'Choose another folder'
  if (there.study !== study) {
    throw new ShiftscopeError({
      code: 'study/otherStudy',
      message: `The folder holds the study ${there.study}, not ${study}.`,
      where: directory,
      hint: `${another}, or go on with ${there.study}.`,
    })
  }
  const before = there.settings
  const names = ['cells', 'epochs', 'particles', 'search'] as const
  const changed = names.filter((name) => before[name] !== settings[name])
  if (changed.length === 0) return
  const list = changed.map(
    (name) =>
      `${settingWords[name]} ${valueText(name, before[name])}, not ${valueText(name, settings[name])}`,
  )
  throw new ShiftscopeError({
    code: 'study/otherSettings',
    message: `The runs in this folder have other settings: ${list.join('; ')}.`,
    where: directory,
    hint: `${another}, or give the settings that it has.`,
  })
}

/** Keeps what came of a run. */
export async function writeStudyRecord(directory: string, name: string, record: StudyRecord): Promise<void> {
  const checked = studyRecordSchema.parse(record)
  const file = join(studyPaths(directory).records, `${name}.json`)
  await writeFileBeside(file, `${JSON.stringify(checked, null, 2)}\n`)
}

/**
 * What came of every run that is done, by name.
 * @throws `document/broken`, `document/invalid`
 */
export async function readStudyRecords(directory: string): Promise<Map<string, StudyRecord>> {
  const folder = studyPaths(directory).records
  await mkdir(folder, { recursive: true })
  const records = new Map<string, StudyRecord>()
  for (const entry of (await readdir(folder)).sort()) {
    if (entry.startsWith('.') || !entry.endsWith('.json')) continue
    const file = join(folder, entry)
    const remedy = 'Delete the file and run the study again: its run is then judged anew.'
    const text = await readTextIfThere(file)
    if (text === null) continue
    const record = checkDocument(studyRecordSchema, parseText(text, file, remedy), file, remedy)
    records.set(entry.slice(0, -'.json'.length), record)
  }
  return records
}

/** The tables of a study. */
export function studyTablePaths(directory: string, study: StudyName) {
  return {
    markdown: join(directory, `${study}.md`),
    csv: join(directory, `${study}.csv`),
    runs: join(directory, `${study}_runs.csv`),
    /** Only where settings were searched. */
    search: join(directory, `${study}_search.csv`),
    json: join(directory, `${study}.json`),
  }
}

/** Writes the tables of a study from what is recorded. */
export async function writeStudyTables(
  directory: string,
  study: Study,
  settings: StudySettings,
  records: readonly StudyRecord[],
): Promise<void> {
  const paths = studyTablePaths(directory, study.name)
  const rows = summarise(study, records)
  await writeFileBeside(paths.markdown, markdownOf(study, settings, rows))
  await writeFileBeside(paths.csv, csvOf(rows))
  await writeFileBeside(paths.runs, runsCsvOf(study, records))
  if (settings.search !== null) await writeFileBeside(paths.search, searchCsvOf(records))
  await writeFileBeside(paths.json, `${JSON.stringify(documentOf(study, settings, rows), null, 2)}\n`)
}
