import type { ModelRecipe } from '@contract/recipe'
import type { Run } from '@contract/run'
import { reasonToStop } from '../../training/earlyStopping'
import { readHistory } from '../../workspace/history'
import { isRunOf } from '../../workspace/runConfiguration'
import { ask, complete, type Session } from '../session'
import { findRun, openProject } from '../stages'

/** Said by the whole of which this is a part. */
const goOn = () => Promise.resolve('')

/**
 * A run of fewer epochs that stopped early: with more it would have stopped at the same one. Only where nothing but the
 * end depends on the number of epochs.
 */
async function stoppedBefore(
  directory: string,
  runs: readonly Run[],
  model: ModelRecipe,
  isOf: (run: Run, model: ModelRecipe) => boolean,
): Promise<Run | undefined> {
  if (model.patience === null || model.finalLearningRate !== null || model.start) return undefined
  for (const run of runs) {
    const { epochs } = run.configuration
    if (run.state !== 'done' || epochs >= model.epochs || !isOf(run, { ...model, epochs })) continue
    if (reasonToStop(await readHistory(directory, run.id), model) !== null) return run
  }
  return undefined
}

/**
 * A run with these settings on the prepared screen: one that is done, one that goes on from its checkpoint, or a new one.
 * The caller holds the project.
 * @param began is told of the run before it is trained
 * @throws ShiftscopeError of what failed, Interrupted
 */
export async function trainedRun(
  session: Session,
  directory: string,
  model: ModelRecipe,
  began: (directory: string, run: string) => void,
): Promise<Run> {
  const { project, runs } = await openProject(session, directory)
  const { prepared } = project
  const isOf = (run: Run, wanted: ModelRecipe) => prepared !== null && isRunOf(run, wanted, prepared)
  const there = runs.find((run) => isOf(run, model)) ?? (await stoppedBefore(directory, runs, model, isOf))
  if (there?.state === 'done') {
    began(directory, there.id)
    return there
  }
  let id = there?.id ?? ''
  const start = async () => {
    if (there) {
      began(directory, id)
      return [(await ask(session, 'training/resume', { directory, run: id })).task]
    }
    const [{ run, task }] = (await ask(session, 'training/start', { directory, models: [model] })).started
    id = run
    began(directory, run)
    return [task]
  }
  await complete(session, start, goOn)
  return findRun(await openProject(session, directory), id)
}
