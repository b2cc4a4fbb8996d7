import type { ModelRecipe } from '@contract/recipe'
import type { RankedGrid } from '@contract/search'
import type { StudyRecord } from '../../reproduction/record'
import type { StudyName, StudySettings, StudyUnit } from '../../reproduction/study'
import { trainedRun } from '../running/trainedRun'
import { ask, type Session } from '../session'
import { evaluateRun } from '../stages'
import type { StudyScreenProject } from './studyScreens'

/** What is to be run for a unit of a study. */
export interface UnitRun {
  readonly study: StudyName
  readonly settings: StudySettings
  readonly unit: StudyUnit
  readonly screen: StudyScreenProject
  /** Of the run that is judged. */
  readonly configuration: ModelRecipe
  /** How the configuration was chosen; null where it is the model's own. */
  readonly search: RankedGrid | null
}

/**
 * Trains and judges the run of a unit, or goes on where an earlier attempt ended.
 * @param began is told of the run before it is trained
 * @throws ShiftscopeError of what failed, Interrupted
 */
export async function runUnit(
  session: Session,
  { study, settings, unit, screen, configuration, search }: UnitRun,
  began: (directory: string, run: string) => void,
): Promise<StudyRecord> {
  const { particles } = settings
  const { directory, simulation, simulated } = screen
  const run = await trainedRun(session, directory, configuration, began)
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
    search,
  }
}
