import { isDeepStrictEqual } from 'node:util'
import type { Project, ProjectState, Source, StepName, StepState } from '@contract/project'
import type { Recipe } from '@contract/recipe'
import type { Run } from '@contract/run'
import type { TaskKind } from '@contract/task'
import { isRunOf } from './runConfiguration'

interface Step {
  state: StepState
  reason: string
}

/** All that the states of the steps follow from. */
export interface StepFacts {
  readonly project: Project
  readonly recipe: Recipe
  readonly runs: readonly Run[]
  /** A source whose file has changed since it was read. */
  readonly changedSource: Source | null
  /** Kinds of the tasks of this project that are queued or running. */
  readonly busyWith: ReadonlySet<TaskKind>
}

const fieldNames: Partial<Record<string, string>> = {
  counts: 'count matrix',
  layer: 'layer',
  guides: 'guide table',
  guideTargets: 'guide-to-target table',
  perturbationColumn: 'perturbation column',
  controls: 'controls',
  multiple: 'treatment of cells with several targets',
  guideCalling: 'rule for calling guides',
  minimumCounts: 'fewest counts of a cell',
  minimumGenes: 'fewest genes of a cell',
  minimumCellsPerPerturbation: 'fewest cells of a perturbation',
  variableGenes: 'number of variable genes',
  validationShare: 'share of cells for validation',
  seed: 'seed',
  sharedTargets: 'treatment of shared targets',
}

/** Names of the fields in which two recipes of one step differ, in words. */
function changedFields(now: object, then: object): string[] {
  const before = new Map<string, unknown>(Object.entries(then))
  return Object.entries(now)
    .filter(([field, value]) => !isDeepStrictEqual(value, before.get(field)))
    .map(([field]) => fieldNames[field] ?? field)
}

function haveChanged(fields: readonly string[], since: string): Step {
  const named = fields.length === 0 ? ['choices'] : fields
  return {
    state: 'outOfDate',
    reason: `Changed since ${since}: ${named.join(', ')}.`,
  }
}

const done: Step = { state: 'done', reason: '' }
const ready = (reason = ''): Step => ({ state: 'ready', reason })
const toDo = (reason: string): Step => ({ state: 'toDo', reason })
const running = (reason: string): Step => ({ state: 'running', reason })
const outOfDate = (reason: string): Step => ({ state: 'outOfDate', reason })

function screenStep({ project, recipe, changedSource, busyWith }: StepFacts): Step {
  if (busyWith.has('import')) return running('The screen is being imported.')
  if (!recipe.screen) return toDo('Choose the count matrix.')
  if (!project.imported) return ready('Not imported yet.')
  if (!isDeepStrictEqual(recipe.screen, project.imported.screen)) {
    return haveChanged(changedFields(recipe.screen, project.imported.screen), 'the screen was imported')
  }
  if (changedSource) return outOfDate(`The file ${changedSource.path} has changed since it was imported.`)
  return done
}

/** What steps 2 and 3 share: both are done by preparing the screen. */
function preparedStep(
  facts: StepFacts,
  changed: (prepared: NonNullable<Project['prepared']>) => string[],
): Step {
  const { project, busyWith } = facts
  if (busyWith.has('prepare')) return running('The screen is being prepared.')
  if (!project.imported) return toDo('Import the screen first.')
  if (!project.prepared) return ready('The screen is not prepared yet.')
  const fields = changed(project.prepared)
  if (fields.length > 0) return haveChanged(fields, 'the screen was prepared')
  if (project.prepared.importedAt !== project.imported.at) {
    return outOfDate('The screen was imported again since it was prepared.')
  }
  return done
}

function qualityStep(facts: StepFacts): Step {
  return preparedStep(facts, (prepared) => changedFields(facts.recipe.quality, prepared.quality))
}

function holdOutStep(facts: StepFacts): Step {
  const { recipe, busyWith } = facts
  if (busyWith.has('measureEffects')) return running('The effects of the perturbations are being measured.')
  return preparedStep(facts, (prepared) => [
    ...(isDeepStrictEqual(recipe.holdOut, prepared.holdOut) ? [] : ['held-out perturbations']),
    ...changedFields(recipe.split, prepared.split),
  ])
}

function modelsStep({ project, recipe, runs }: StepFacts): Step {
  const { prepared } = project
  if (!prepared) return toDo('Prepare the screen first.')
  return recipe.models.every((model) => runs.some((run) => isRunOf(run, model, prepared))) ? done : ready()
}

function trainingStep({ project, recipe, runs, busyWith }: StepFacts): Step {
  if (busyWith.has('train') || runs.some((run) => run.state === 'running' || run.state === 'queued')) {
    return running('A model is being trained.')
  }
  const { prepared } = project
  if (!prepared) return toDo('Prepare the screen first.')
  const finished = runs.filter((run) => run.state === 'done')
  if (recipe.models.every((model) => finished.some((run) => isRunOf(run, model, prepared)))) return done
  const stopped = runs.findLast((run) => run.state === 'paused' || run.state === 'interrupted')
  if (stopped) return ready(`Run ${stopped.id} stopped after epoch ${stopped.epochsDone} and can go on.`)
  if (finished.length === 0) return ready('No model is trained yet.')
  return finished.some((run) => run.screenSha256 === prepared.screenSha256)
    ? outOfDate('The models were changed since the last training.')
    : outOfDate('The screen was prepared again since the last training.')
}

function resultsStep({ project, runs }: StepFacts): Step {
  const finished = runs.filter((run) => run.state === 'done')
  if (finished.length === 0) return toDo('Train a model first.')
  const current = project.prepared?.screenSha256
  if (finished.some((run) => run.screenSha256 === current)) return done
  return outOfDate('The results are of an earlier preparation of the screen.')
}

/** A step whose predecessor is out of date is so too: what it shows rests on choices that have changed. */
function passOn(step: Step, before: Step, what: string): Step {
  return step.state === 'done' && before.state === 'outOfDate' ? outOfDate(`${what} is out of date.`) : step
}

/** The state of each step, derived from what was chosen and what was done. */
export function deriveSteps(facts: StepFacts): ProjectState['steps'] {
  const screen = screenStep(facts)
  const quality = passOn(qualityStep(facts), screen, 'The imported screen')
  const holdOut = passOn(holdOutStep(facts), screen, 'The imported screen')
  const prepared = quality.state === 'outOfDate' ? quality : holdOut
  const models = modelsStep(facts)
  const training = passOn(trainingStep(facts), prepared, 'The prepared screen')
  const results = passOn(resultsStep(facts), training, 'The training')
  return { screen, quality, holdOut, models, training, results } satisfies Record<StepName, Step>
}
