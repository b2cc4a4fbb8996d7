import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Baselines } from '@contract/baselines'
import { ShiftscopeError } from '@contract/errors'
import type { Evaluation } from '@contract/evaluation'
import type { ProjectState } from '@contract/project'
import type { Recipe } from '@contract/recipe'
import type { LatentShares } from '@contract/results'
import type { Run } from '@contract/run'
import type { SimulationRecipe } from '@contract/simulation'
import { createProject, isProject } from '../workspace/createProject'
import { ask, complete, secondsOf, type Session } from './session'
import { smallestShiftLines } from './smallestShiftLine'

/** The stages of an analysis, as commands go through them. Each shows its progress and stops at Ctrl-C. */

const again = 'Nothing half-written was kept. Run the same command again.'

/** Opens a project. @throws `project/missing` and what reading it throws */
export async function openProject(session: Session, directory: string): Promise<ProjectState> {
  return ask(session, 'projects/open', { directory })
}

/**
 * Works in a project, made where there is none. A project made here goes again when the work fails before anything
 * was imported: a mistyped path leaves no empty project behind.
 */
export async function inProject<T>(session: Session, directory: string, work: () => Promise<T>): Promise<T> {
  if (await isProject(directory)) return work()
  await createProject(directory)
  try {
    return await work()
  } catch (error) {
    const { imported } = (await openProject(session, directory)).project
    if (imported === null) await rm(directory, { recursive: true })
    throw error
  }
}

/**
 * Works with a changed recipe. Where the work fails or is interrupted the recipe is again what it was, so that the
 * project's steps still fit it; a recipe that somebody else has changed meanwhile stays.
 */
export async function withRecipe<T>(
  session: Session,
  directory: string,
  change: (recipe: Recipe) => Recipe,
  work: () => Promise<T>,
): Promise<T> {
  const { recipe: before } = await openProject(session, directory)
  const { recipe: changed } = await ask(session, 'recipe/change', { directory, recipe: change(before) })
  try {
    return await work()
  } catch (error) {
    try {
      const { recipe: now } = await openProject(session, directory)
      if (isDeepStrictEqual(now, changed)) await ask(session, 'recipe/change', { directory, recipe: before })
    } catch {
      // Why the work failed matters more than that its recipe could not be taken back.
    }
    throw error
  }
}

/** Reads the files of the recipe into the project. @returns seconds it took */
export async function importScreen(session: Session, directory: string): Promise<number> {
  const start = async () => [(await ask(session, 'screen/import', { directory })).task]
  const [task] = await complete(session, start, () => Promise.resolve(again))
  return secondsOf(task)
}

/** Applies quality, hold-out and split of the recipe. @returns seconds it took */
export async function prepareScreen(session: Session, directory: string): Promise<number> {
  const start = async () => [(await ask(session, 'screen/prepare', { directory })).task]
  const [task] = await complete(session, start, () => Promise.resolve(again))
  return secondsOf(task)
}

/** @throws `run/missing` when the project has no such run */
export function findRun(project: ProjectState, id: string): Run {
  const run = project.runs.find((candidate) => candidate.id === id)
  if (run) return run
  const known = project.runs.map((candidate) => candidate.id).join(', ')
  throw new ShiftscopeError({
    code: 'run/missing',
    message: `The project has no run "${id}".`,
    where: project.directory,
    hint: known === '' ? 'Train a model first: shiftscope train.' : `Its runs are: ${known}.`,
  })
}

/** The newest run that is done. @throws `run/missing` when there is none */
export function latestRun(project: ProjectState): Run {
  const run = project.runs.findLast((candidate) => candidate.state === 'done')
  if (run) return run
  throw new ShiftscopeError({
    code: 'run/missing',
    message: 'The project has no run that is done.',
    where: project.directory,
    hint: 'Train a model first (shiftscope train), or resume one that stopped (shiftscope train --resume).',
  })
}

/** How to go on with the runs that Ctrl-C stopped. */
async function howToResume(
  session: Session,
  directory: string,
  started: readonly { run: string }[],
): Promise<string> {
  const project = await openProject(session, directory)
  return started
    .map(({ run }) => findRun(project, run))
    .filter((run) => run.state !== 'done')
    .map(
      (run) =>
        `Run ${run.id} stopped after epoch ${run.epochsDone} and its checkpoint is kept. ` +
        `Go on with: shiftscope train --project ${quoted(directory)} --resume ${run.id}`,
    )
    .join('\n')
}

/** A path as a shell takes it. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}

export interface Trained {
  readonly run: Run
  /** What its latents follow beside perturbations. */
  readonly shares: LatentShares | null
  readonly seconds: number
}

/** Waits for the training of runs. @param start gives run and task of each */
async function train(
  session: Session,
  directory: string,
  start: () => Promise<readonly { run: string; task: string }[]>,
): Promise<Trained[]> {
  let started: readonly { run: string; task: string }[] = []
  const tasks = await complete(
    session,
    async () => {
      started = await start()
      const project = await openProject(session, directory)
      for (const { run: id } of started) {
        session.terminal.report(`Training run ${id}`)
        const prepared = project.project.prepared
        const limits = prepared ? smallestShiftLines(findRun(project, id), prepared) : []
        for (const line of limits) session.terminal.report(line)
      }
      return started.map(({ task }) => task)
    },
    () => howToResume(session, directory, started),
  )
  const project = await openProject(session, directory)
  return Promise.all(
    started.map(async ({ run }, i) => ({
      run: findRun(project, run),
      shares: await ask(session, 'results/shares', { directory, run }),
      seconds: secondsOf(tasks[i]),
    })),
  )
}

/**
 * Trains the models of the recipe, one after the other.
 * @param change of the recipe beforehand; it stays once the runs have begun, which keep settings of their own
 */
export async function trainModels(
  session: Session,
  directory: string,
  change: (recipe: Recipe) => Recipe = (recipe) => recipe,
): Promise<Trained[]> {
  return train(session, directory, () =>
    withRecipe(
      session,
      directory,
      change,
      async () => (await ask(session, 'training/start', { directory })).started,
    ),
  )
}

/** Goes on with a run that stopped. */
export async function resumeRun(session: Session, directory: string, run: string): Promise<Trained[]> {
  findRun(await openProject(session, directory), run)
  return train(session, directory, async () => {
    const { task } = await ask(session, 'training/resume', { directory, run })
    return [{ run, task }]
  })
}

/** Judges a run. @returns what came of it, and seconds it took */
export async function evaluateRun(
  session: Session,
  directory: string,
  run: string,
  { particles, refine }: { readonly particles?: number; readonly refine?: boolean },
): Promise<{ evaluation: Evaluation; seconds: number }> {
  const start = async () => [
    (await ask(session, 'evaluation/start', { directory, run, particles, refine })).task,
  ]
  const goOn = `What was trained on the way is kept. Go on with: shiftscope evaluate --project ${directory} --run ${run}`
  const [task] = await complete(session, start, () => Promise.resolve(goOn))
  const { evaluation } = await ask(session, 'evaluation/read', { directory, run })
  if (!evaluation) throw new Error(`Run ${run} was evaluated, but nothing was written.`)
  return { evaluation, seconds: secondsOf(task) }
}

/** Computes the simple rows of the prepared screen. @returns what came of it, and seconds it took */
export async function computeBaselines(
  session: Session,
  directory: string,
): Promise<{ baselines: Baselines; seconds: number }> {
  const start = async () => [(await ask(session, 'evaluation/startBaselines', { directory })).task]
  const [task] = await complete(session, start, () => Promise.resolve(again))
  const { baselines } = await ask(session, 'evaluation/baselines', { directory })
  if (!baselines) throw new Error('The baselines were computed, but nothing was written.')
  return { baselines, seconds: secondsOf(task) }
}

/** Writes the tables, lists and graphs of a run into a folder. @returns seconds it took */
export async function exportRun(
  session: Session,
  directory: string,
  run: string,
  to: string,
  refine = false,
): Promise<number> {
  const start = async () => [(await ask(session, 'results/export', { directory, run, to, refine })).task]
  const [task] = await complete(session, start, () => Promise.resolve(again))
  return secondsOf(task)
}

/** Simulates a screen into a folder. @returns seconds it took */
export async function simulateScreen(
  session: Session,
  recipe: SimulationRecipe,
  to: string,
): Promise<number> {
  const start = async () => [(await ask(session, 'simulation/start', { recipe, to })).task]
  const [task] = await complete(session, start, () => Promise.resolve(again))
  return secondsOf(task)
}

/** Where the results of a run go when no other place is named. */
export function defaultExportFolder(directory: string, run: string): string {
  return join(directory, 'exports', run)
}
