import { asProblem, type Problem } from '@contract/errors'
import { measures, type Measure } from '../../reproduction/measures'
import type { StudyRecord } from '../../reproduction/record'
import {
  configurationOf,
  screenName,
  unitName,
  unitsOf,
  type Study,
  type StudyModel,
  type StudySettings,
  type StudyUnit,
} from '../../reproduction/study'
import { workOf } from '../../reproduction/work'
import {
  openStudyFolder,
  readStudyRecords,
  writeStudyRecord,
  writeStudyTables,
} from '../../workspace/studyFiles'
import { Interrupted, type Session } from '../session'
import type { Terminal } from '../terminal'
import { followStudy } from './studyProgress'
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
  readonly failures: readonly { readonly run: string; readonly problem: Problem }[]
}

/** Stages report each task; a study has one line for all that run at the same time. */
const silent: Terminal = {
  print: () => undefined,
  report: () => undefined,
  status: () => undefined,
  clearStatus: () => undefined,
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

/**
 * Runs what of a study is not recorded yet, several runs at a time, and writes its tables after each. A run that fails
 * leaves the others to go on.
 * @throws ShiftscopeError as `openStudyFolder`; Interrupted, when all that is done is kept
 */
export async function runStudy(session: Session, choices: StudyChoices): Promise<StudyOutcome> {
  const { directory, study, settings, models, seeds, threads } = choices
  await openStudyFolder(directory, study.name, settings)
  const records = await readStudyRecords(directory)
  const asked = unitsOf(study.screens, models, seeds)
  const open = asked.filter((unit) => !records.has(unitName(unit)))
  await writeStudyTables(directory, study, settings, [...records.values()])

  const quiet: Session = { ...session, terminal: silent }
  const screens = studyScreens(quiet, directory, settings.cells)
  const progress = followStudy(
    session,
    study.name,
    open.map((unit) => [unit, workOf(unit, settings)]),
    asked.length - open.length,
  )
  const running = { session: quiet, study: study.name, settings, threads, progress }
  const failures: { run: string; problem: Problem }[] = []
  const left = new Map<string, number>()
  for (const unit of open) left.set(screenName(unit), (left.get(screenName(unit)) ?? 0) + 1)

  const record = async (unit: StudyUnit) => {
    const recipes = models.map((model) => configurationOf({ ...unit, model }, settings, threads))
    const done = await runUnit(running, unit, await screens.of(unit, recipes))
    await writeStudyRecord(directory, unitName(unit), done)
    records.set(unitName(unit), done)
    await writeStudyTables(directory, study, settings, [...records.values()])
    progress.ended(unit, recordLine(study, unit, done))
    const others = (left.get(screenName(unit)) ?? 0) - 1
    left.set(screenName(unit), others)
    if (others === 0 && !choices.keepProjects) await screens.remove(unit)
  }
  const waiting = [...open]
  const lane = async () => {
    for (;;) {
      const unit = waiting.shift()
      if (!unit || session.interruption.aborted) return
      try {
        await record(unit)
      } catch (error) {
        if (error instanceof Interrupted) return
        const problem = asProblem(error)
        failures.push({ run: unitName(unit), problem })
        progress.ended(unit, `${unitName(unit)} failed: ${problem.message}`)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: choices.parallel }, lane))
  } finally {
    progress.close()
    await screens.close()
  }
  if (session.interruption.aborted && asked.some((unit) => !records.has(unitName(unit)))) {
    throw new Interrupted('What was trained is kept. The same command goes on.')
  }
  return { records: [...records.values()], failures }
}
