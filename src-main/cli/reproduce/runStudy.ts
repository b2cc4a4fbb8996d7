import { ShiftscopeError } from '@contract/errors'
import { measures, type Measure } from '../../reproduction/measures'
import type { StudyRecord } from '../../reproduction/record'
import {
  configurationOf,
  screenName,
  searchedSettings,
  searchSeeds,
  unitName,
  unitsOf,
  type Study,
  type StudyModel,
  type StudySettings,
  type StudyUnit,
} from '../../reproduction/study'
import { workOf, workOfSetting } from '../../reproduction/work'
import {
  openStudyFolder,
  readStudyRecords,
  writeStudyRecord,
  writeStudyTables,
} from '../../workspace/studyFiles'
import { doWork, silenced, type Failure, type Work } from '../running/doWork'
import { openSearch, type OpenSearch } from '../search/gridSearch'
import { Interrupted, type Session } from '../session'
import { runUnit } from './studyRun'
import { studyScreens } from './studyScreens'

/** How a study is run. */
export interface StudyChoices {
  readonly directory: string
  readonly study: Study
  readonly settings: StudySettings
  readonly models: readonly StudyModel[]
  readonly seeds: readonly number[]
  /** Runs at the same time, each in a process of its own. */
  readonly parallel: number
  /** Of each run. */
  readonly threads: number
  /** Whether projects stay when their runs are recorded. */
  readonly keepProjects: boolean
}

export interface StudyOutcome {
  /** All records of the folder, those of earlier calls too. */
  readonly records: readonly StudyRecord[]
  /** Runs that failed, with the reason. */
  readonly failures: readonly Failure[]
}

/** One line on a run that is done. */
function recordLine(study: Study, unit: StudyUnit, record: StudyRecord): string {
  const figures = study.measures.flatMap((name) => {
    const { label, decimals, of }: Measure = measures[name]
    const value = of(record)
    return value === null ? [] : [`${label} ${value.toFixed(decimals)}`]
  })
  return `${unitName(unit)}: ${figures.join(', ')}`
}

/** The groups in which units follow each other, in their order. */
function byScreen(units: readonly StudyUnit[]): StudyUnit[][] {
  const groups = new Map<string, StudyUnit[]>()
  for (const unit of units) groups.set(screenName(unit), [...(groups.get(screenName(unit)) ?? []), unit])
  return [...groups.values()]
}

function nothingRanked(unit: StudyUnit): ShiftscopeError {
  return new ShiftscopeError({
    code: 'study/nothingRanked',
    message: `No setting of ${unitName(unit)} has two runs that could be compared.`,
    hint: 'See above why its runs failed, then run the same command again.',
  })
}

/**
 * Runs what of a study is not recorded yet, several runs at a time, and writes its tables after each. A run that fails
 * leaves the others to go on. With a search the settings of each model are chosen on each screen first.
 * @throws ShiftscopeError as `openStudyFolder`; Interrupted, when all that is done is kept
 */
export async function runStudy(session: Session, choices: StudyChoices): Promise<StudyOutcome> {
  const { directory, study, settings, models, seeds, threads, parallel } = choices
  await openStudyFolder(directory, study.name, settings)
  const records = await readStudyRecords(directory)
  const asked = unitsOf(study.screens, models, seeds)
  const open = asked.filter((unit) => !records.has(unitName(unit)))
  await writeStudyTables(directory, study, settings, [...records.values()])

  const screens = studyScreens(silenced(session), directory, settings.cells)
  const screenOf = (unit: StudyUnit) =>
    screens.of(
      unit,
      models.map((model) => configurationOf({ ...unit, model }, settings, threads)),
    )
  const left = new Map<string, number>()
  for (const unit of open) left.set(screenName(unit), (left.get(screenName(unit)) ?? 0) + 1)

  const searchOf = (unit: StudyUnit): OpenSearch | null => {
    const searched = searchedSettings(unit, settings, threads)
    if (searched === null || settings.search === null) return null
    return openSearch({
      title: `${unitName(unit)}, `,
      directory: async () => (await screenOf(unit)).directory,
      settings: searched,
      seeds: searchSeeds(unit, settings.search),
      amountOf: (recipe) => ({ training: workOfSetting(unit, recipe, settings).training, evaluation: 0 }),
    })
  }
  /** The settings with which a unit is judged. */
  const decided = async (quiet: Session, unit: StudyUnit, search: OpenSearch | null) => {
    if (!search) return { configuration: configurationOf(unit, settings, threads), search: null }
    const ranked = await search.rank(quiet)
    const settingsOfUnit = searchedSettings(unit, settings, threads)
    if (ranked.chosen === null || settingsOfUnit === null) throw nothingRanked(unit)
    return { configuration: settingsOfUnit[ranked.chosen], search: ranked }
  }
  const judging = (unit: StudyUnit, search: OpenSearch | null): Work => {
    const amount = workOf(unit, settings)
    return {
      name: unitName(unit),
      amount: search ? { ...amount, training: 0 } : amount,
      run: async (quiet, began) => {
        const screen = await screenOf(unit)
        const what = await decided(quiet, unit, search)
        const done = await runUnit(quiet, { study: study.name, settings, unit, screen, ...what }, began)
        await writeStudyRecord(directory, unitName(unit), done)
        records.set(unitName(unit), done)
        await writeStudyTables(directory, study, settings, [...records.values()])
        const others = (left.get(screenName(unit)) ?? 0) - 1
        left.set(screenName(unit), others)
        if (others === 0 && !choices.keepProjects) await screens.remove(unit)
        return recordLine(study, unit, done)
      },
    }
  }
  const phasesOf = (units: readonly StudyUnit[]): Work[][] => {
    const pairs = units.map((unit) => ({ unit, search: searchOf(unit) }))
    const trainings = pairs.flatMap(({ search }) => search?.trainings ?? [])
    return [trainings, pairs.map(({ unit, search }) => judging(unit, search))]
  }
  // Where nothing is searched no run waits for another, so all are one phase.
  const groups = settings.search === null ? [open] : byScreen(open)
  let failures: Failure[]
  try {
    failures = await doWork(session, study.name, groups.flatMap(phasesOf), {
      parallel,
      doneBefore: asked.length - open.length,
    })
  } finally {
    await screens.close()
  }
  if (session.interruption.aborted && asked.some((unit) => !records.has(unitName(unit)))) {
    throw new Interrupted('What was trained is kept. The same command goes on.')
  }
  return { records: [...records.values()], failures }
}
