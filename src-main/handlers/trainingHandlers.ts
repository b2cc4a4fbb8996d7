import { ShiftscopeError } from '@contract/errors'
import type { ModelRecipe } from '@contract/recipe'
import type { RequestBody } from '@contract/requests'
import type { Run } from '@contract/run'
import type { Task } from '@contract/task'
import { createRun, planTraining, requirePrepared, requireScreen } from '../tasks/runPlans'
import { requireTrainable } from '../tasks/trainable'
import { readHistory } from '../workspace/history'
import { readProject } from '../workspace/projectFile'
import { lockProject } from '../workspace/projectLock'
import { readRecipe } from '../workspace/recipeFile'
import { readRun, removeRun, writeRun } from '../workspace/runFiles'
import type { Handlers, Services } from './handler'
import { projectDirectory } from './projects'

function isOpen({ state }: Task): boolean {
  return state === 'queued' || state === 'running'
}

function busy(run: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'run/busy',
    message: `Run ${run} is in use by a task that waits or runs.`,
    hint: 'Stop the task or wait until it has ended.',
  })
}

/** The models at these positions, other settings as they are given, or all. @throws `recipe/noSuchModel` */
function chosen(
  models: readonly ModelRecipe[],
  asked: RequestBody<'training/start'>['models'] = [...models],
): readonly ModelRecipe[] {
  const missing = asked
    .filter((each) => typeof each === 'number')
    .find((position) => position >= models.length)
  if (missing === undefined) return asked.map((each) => (typeof each === 'number' ? models[each] : each))
  throw new ShiftscopeError({
    code: 'recipe/noSuchModel',
    message: `The recipe has ${models.length} models; there is none at position ${missing}, counted from 0.`,
    where: 'recipe.yaml, models',
    hint: 'Choose a model that the recipe has, or add one.',
  })
}

/** Step 4 and 5: estimates, training, runs. */
export function trainingHandlers(
  services: Services,
): Pick<
  Handlers,
  | 'models/columns'
  | 'models/estimate'
  | 'training/start'
  | 'training/resume'
  | 'training/pause'
  | 'training/finish'
  | 'training/history'
  | 'runs/remove'
> {
  const { reader, measurements, tasks, settings, settingsDirectory, projects, announce, version } = services

  const taskOf = (directory: string, run: string): Task | undefined =>
    tasks
      .list()
      .find(
        (task) => task.directory === directory && task.run === run && task.kind === 'train' && isOpen(task),
      )

  const requireTask = async (given: string, run: string): Promise<string> => {
    const directory = projectDirectory(given)
    await readRun(directory, run)
    const task = taskOf(directory, run)
    if (task) return task.id
    throw new ShiftscopeError({
      code: 'run/notTraining',
      message: `Run ${run} is not being trained here.`,
      hint: 'It may have ended already; look at its state.',
    })
  }

  /** Where the recipe leaves device and threads open, the person's settings decide. */
  const withSettings = (model: ModelRecipe): ModelRecipe => {
    const { device, threads } = settings.read()
    return {
      ...model,
      device: model.device === 'auto' ? device : model.device,
      threads: model.threads ?? threads,
    }
  }

  /** Puts a run into the queue; its state on disk says so. */
  const queue = async (directory: string, run: Run): Promise<Task> => {
    const task = await tasks.add(planTraining(directory, run, settingsDirectory))
    announce('project/changed', { directory })
    return task
  }

  return {
    'models/columns': async ({ directory: given, covariates }) => {
      const directory = projectDirectory(given)
      requireScreen(await readProject(directory))
      return reader.ask('columns', { directory, covariates })
    },
    'models/estimate': async ({ directory: given, model, measurement }) => {
      const directory = projectDirectory(given)
      requirePrepared(await readProject(directory), await readRecipe(directory))
      const input = { directory, model: withSettings(model), settingsDirectory }
      return measurements.measure(measurement ?? null, (options) => reader.ask('estimate', input, options))
    },
    'training/start': async ({ directory: given, models: asked }) => {
      const directory = projectDirectory(given)
      const recipe = await readRecipe(directory)
      const models = chosen(recipe.models, asked)
      const prepared = requirePrepared(await readProject(directory), recipe)
      for (const model of models) requireTrainable(model, prepared.report)
      const release = await lockProject(directory)
      try {
        const started = []
        for (const model of models) {
          const versions = { shiftscope: version, node: process.versions.node }
          const run = await createRun(directory, withSettings(model), prepared, versions)
          started.push({ run: run.id, task: (await queue(directory, run)).id })
        }
        return { started }
      } finally {
        await release()
      }
    },
    'training/resume': async ({ directory: given, run: id }) => {
      const directory = projectDirectory(given)
      await projects.open(directory)
      if (taskOf(directory, id)) throw busy(id)
      const release = await lockProject(directory)
      try {
        const run = await readRun(directory, id)
        if (run.state === 'done') {
          throw new ShiftscopeError({
            code: 'run/done',
            message: `Run ${id} is done after ${run.epochsDone} epochs; there is nothing to resume.`,
            hint: 'Start a new run to train longer.',
          })
        }
        await writeRun(directory, { ...run, state: 'queued', problem: null })
        return { task: (await queue(directory, run)).id }
      } finally {
        await release()
      }
    },
    'training/pause': async ({ directory, run }) => {
      tasks.cancel(await requireTask(directory, run))
      return {}
    },
    'training/finish': async ({ directory, run }) => {
      tasks.finish(await requireTask(directory, run))
      return {}
    },
    'training/history': async ({ directory: given, run }) => {
      const directory = projectDirectory(given)
      await readRun(directory, run)
      return { epochs: await readHistory(directory, run) }
    },
    'runs/remove': async ({ directory: given, run }) => {
      const directory = projectDirectory(given)
      const uses = (task: Task) => task.directory === directory && task.run === run && isOpen(task)
      if (tasks.list().some(uses)) throw busy(run)
      const release = await lockProject(directory)
      try {
        await removeRun(directory, run)
      } finally {
        await release()
      }
      announce('project/changed', { directory })
      return projects.read(directory)
    },
  }
}
