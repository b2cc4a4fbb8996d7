import { resolve } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import type { Project } from '@contract/project'
import type { ModelRecipe, Recipe } from '@contract/recipe'
import type { Run } from '@contract/run'
import { runPaths } from '../workspace/projectPaths'
import { asInterrupted } from '../workspace/projectState'
import { decideConfiguration } from '../workspace/runConfiguration'
import { readRun, reserveRun, writeRun } from '../workspace/runFiles'
import { deriveSteps } from '../workspace/steps'
import { removeLeftovers } from '../workspace/writeBeside'
import type { JobInput } from './jobContract'
import type { Abandoned, TaskPlan } from './taskPlan'

/** Training stops between two steps of the optimiser and writes a checkpoint first; a step of a big model takes a while. */
const stopTrainingWithinMs = 60_000
/** A step of the optimiser or a block of particles, and a checkpoint. */
const stopEvaluationWithinMs = 60_000
const stopExportWithinMs = 5000

const modelTitles: Record<ModelRecipe['model'], string> = {
  vae: 'VAE',
  'beta-vae': 'β-VAE',
  ivae: 'iVAE',
  svae: 'sVAE',
  'svae-plus': 'sVAE+',
  'sams-vae': 'SAMS-VAE',
}

/** The prepared screen, up to date or not. @throws `project/notPrepared` when there is none */
export function requireScreen({ prepared }: Project): NonNullable<Project['prepared']> {
  if (prepared) return prepared
  throw new ShiftscopeError({
    code: 'project/notPrepared',
    message: 'The project has no prepared screen yet.',
    hint: 'Prepare the screen first (step 3, or "shiftscope prepare").',
  })
}

/**
 * The prepared screen that models are trained on.
 * @throws `project/notPrepared` when there is none, `project/outOfDate` when the choices have changed since
 */
export function requirePrepared(project: Project, recipe: Recipe): NonNullable<Project['prepared']> {
  const prepared = requireScreen(project)
  const steps = deriveSteps({ project, recipe, runs: [], changedSource: null, busyWith: new Set() })
  const old = [steps.screen, steps.quality, steps.holdOut].find((step) => step.state === 'outOfDate')
  if (old) {
    throw new ShiftscopeError({
      code: 'project/outOfDate',
      message: `The prepared screen is out of date. ${old.reason}`,
      hint: 'Prepare the screen again (step 3, or "shiftscope prepare"), or take the change back.',
    })
  }
  return prepared
}

/** Makes the folder and `run.json` of a run that waits. The caller holds the project's lock. */
export async function createRun(
  directory: string,
  model: ModelRecipe,
  prepared: NonNullable<Project['prepared']>,
  versions: Record<string, string>,
): Promise<Run> {
  const { cells, genes, perturbations } = prepared.report
  const run: Run = {
    schemaVersion: 1,
    id: await reserveRun(directory, model.model),
    createdAt: new Date().toISOString(),
    finishedAt: null,
    state: 'queued',
    configuration: decideConfiguration(model, prepared),
    device: null,
    screenSha256: prepared.screenSha256,
    cells: { train: cells.train, validation: cells.validation, test: cells.test },
    genes: genes.kept,
    perturbations: perturbations.filter((entry) => !entry.control).length,
    versions,
    epochsDone: 0,
    stoppedBecause: null,
    metrics: null,
    problem: null,
    notices: [],
    latentLabels: {},
  }
  await writeRun(directory, run)
  return run
}

/** A run as it is left when its task did not end well. */
function asAbandoned(run: Run, how: Abandoned): Run {
  if (how.state === 'cancelled') return { ...run, state: 'paused', problem: null }
  if (how.state === 'failed') return { ...run, state: 'failed', problem: how.problem }
  const interrupted = asInterrupted(run)
  const details = [how.problem.message, how.problem.details].filter(Boolean).join('\n')
  return { ...interrupted, problem: interrupted.problem && { ...interrupted.problem, details } }
}

/**
 * Trains a run, from its checkpoint where there is one.
 * @param settingsDirectory where measured times of devices are kept
 */
export function planTraining(directory: string, run: Run, settingsDirectory: string): TaskPlan<'train'> {
  const { model, seed } = run.configuration
  return {
    kind: 'train',
    title: `Train ${modelTitles[model]} (seed ${seed})`,
    directory,
    run: run.id,
    job: 'train',
    input: { directory, run: run.id, settingsDirectory },
    stopWithinMs: stopTrainingWithinMs,
    commit: () => Promise.resolve(),
    abandon: async (how) => {
      await removeLeftovers(runPaths(directory, run.id).directory)
      const left = await readRun(directory, run.id)
      if (left.state !== 'paused' || how.state !== 'cancelled')
        await writeRun(directory, asAbandoned(left, how))
    },
  }
}

/**
 * Judges a run; a cancelled evaluation goes on where its training ended.
 * @throws `run/notDone` when the run has no results
 */
export function planEvaluation(
  directory: string,
  run: Run,
  choices: Pick<JobInput<'evaluate'>, 'particles' | 'refine' | 'holdOut'>,
): TaskPlan<'evaluate'> {
  requireResults(run)
  return {
    kind: 'evaluate',
    title: `Evaluate ${run.id}`,
    directory,
    run: run.id,
    job: 'evaluate',
    input: { directory, run: run.id, ...choices },
    stopWithinMs: stopEvaluationWithinMs,
    commit: () => Promise.resolve(),
    abandon: async () => {
      await removeLeftovers(runPaths(directory, run.id).directory)
    },
  }
}

/**
 * Writes every table, list and graph of a run into a folder.
 * @throws `run/notDone` when the run has no results
 */
export function planExport(
  directory: string,
  run: Run,
  { to, refine }: Pick<JobInput<'exportResults'>, 'to' | 'refine'>,
): TaskPlan<'exportResults'> {
  requireResults(run)
  const target = resolve(to)
  return {
    kind: 'export',
    title: `Export ${run.id}`,
    directory,
    run: run.id,
    job: 'exportResults',
    input: { directory, run: run.id, to: target, refine },
    stopWithinMs: stopExportWithinMs,
    commit: () => Promise.resolve(),
    abandon: async () => {
      await removeLeftovers(target, { recursive: false })
    },
  }
}

/** @throws `run/notDone` when the run has no results */
export function requireResults(run: Run): void {
  if (run.state === 'done') return
  throw new ShiftscopeError({
    code: 'run/notDone',
    message: `Run ${run.id} has no results: it is ${run.state} after epoch ${run.epochsDone}.`,
    hint:
      run.state === 'queued' || run.state === 'running'
        ? 'Wait until training has ended.'
        : 'Resume the run, or choose one that is done.',
  })
}
