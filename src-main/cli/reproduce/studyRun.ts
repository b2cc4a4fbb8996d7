import { isDeepStrictEqual } from 'node:util'
import type { Run } from '@contract/run'
import type { StudyRecord } from '../../reproduction/record'
import { configurationOf, type StudyName, type StudySettings, type StudyUnit } from '../../reproduction/study'
import { isRunOf } from '../../workspace/runConfiguration'
import { ask, complete, type Session } from '../session'
import { evaluateRun, findRun, openProject } from '../stages'
import type { StudyProgress } from './studyProgress'
import type { StudyScreenProject } from './studyScreens'

/** What the runs of a study have in common. */
export interface StudyRunning {
  readonly session: Session
  readonly study: StudyName
  readonly settings: StudySettings
  readonly threads: number
  readonly progress: StudyProgress
}

/** Said by the study as a whole. */
const goOn = () => Promise.resolve('')

/** The run of a unit, trained: one that is done, one that goes on, or a new one. */
async function trainedRun(
  { session, settings, threads, progress }: StudyRunning,
  unit: StudyUnit,
  directory: string,
): Promise<Run> {
  const model = configurationOf(unit, settings, threads)
  const { project, recipe, runs } = await openProject(session, directory)
  const { prepared } = project
  if (!prepared)
    throw new Error(`The screen of ${directory} was prepared, but the project says that it was not.`)
  let id = runs.find((run) => isRunOf(run, model, prepared))?.id
  if (id === undefined) {
    const models = [recipe.models.findIndex((each) => isDeepStrictEqual(each, model))]
    const start = async () => {
      const [{ run, task }] = (await ask(session, 'training/start', { directory, models })).started
      id = run
      progress.began(unit, directory, run)
      return [task]
    }
    await complete(session, start, goOn)
  } else {
    const run = id
    progress.began(unit, directory, run)
    const resume = async () => [(await ask(session, 'training/resume', { directory, run })).task]
    if (findRun(await openProject(session, directory), run).state !== 'done')
      await complete(session, resume, goOn)
  }
  return findRun(await openProject(session, directory), id ?? '')
}

/**
 * Trains and judges the run of a unit, or goes on where an earlier attempt ended.
 * @throws ShiftscopeError of what failed, Interrupted
 */
export async function runUnit(
  running: StudyRunning,
  unit: StudyUnit,
  { directory, simulation, simulated }: StudyScreenProject,
): Promise<StudyRecord> {
  const { session, study, settings } = running
  const { particles } = settings
  const run = await trainedRun(running, unit, directory)
  const { evaluation: before } = await ask(session, 'evaluation/read', { directory, run: run.id })
  const judged =
    before?.transfer?.particles === particles
      ? { evaluation: before, seconds: null }
      : await evaluateRun(session, directory, run.id, { particles })
  return {
    schemaVersion: 1,
    study,
    screen: unit.screen.key,
    model: unit.model.key,
    seed: unit.seed,
    finishedAt: new Date().toISOString(),
    simulation,
    simulated,
    configuration: run.configuration,
    epochsDone: run.epochsDone,
    seconds: { training: run.metrics?.trainingSeconds ?? null, evaluation: judged.seconds },
    versions: run.versions,
    evaluation: judged.evaluation,
  }
}
