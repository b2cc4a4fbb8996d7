import { asProblem, ShiftscopeError } from '@contract/errors'
import type { EventBody, EventName } from '@contract/events'
import { isRequestName, type Reply, type RequestName, type ResponseBody } from '@contract/requests'
import type { Task } from '@contract/task'
import { createReader } from '../tasks/reader'
import type { TaskListener } from '../tasks/taskPlan'
import { createTaskQueue } from '../tasks/taskQueue'
import type { ForkWorker } from '../tasks/workerHandle'
import { openSettings } from '../workspace/settingsFile'
import { applicationHandlers } from './applicationHandlers'
import { evaluationHandlers } from './evaluationHandlers'
import { filesHandlers } from './filesHandlers'
import { requestSchemas, type Dialogs, type Face, type Handlers, type Services } from './handler'
import { createMeasurements } from './measurements'
import { projectHandlers } from './projectHandlers'
import { createProjects } from './projects'
import { resultsHandlers } from './resultsHandlers'
import { screenHandlers } from './screenHandlers'
import { simulationHandlers } from './simulationHandlers'
import { taskHandlers } from './taskHandlers'
import { trainingHandlers } from './trainingHandlers'

export type { Dialogs, Face } from './handler'

export interface ApplicationOptions {
  readonly face: Face
  readonly forkWorker: ForkWorker
  /** Null where the system's dialogs cannot be had. */
  readonly dialogs: Dialogs | null
  readonly settingsDirectory: string
  /** Folder that holds `exampleScreen/`. */
  readonly resourcesDirectory: string
  readonly version: string
  /** Heavy tasks that run at the same time; one unless told otherwise. */
  readonly tasksAtOnce?: number
  /** Checks every answer against the contract before it is given: for tests. */
  readonly checkAnswers?: boolean
}

export type EventListener = (name: EventName, body: unknown) => void

/** The product without a face: requests go in, replies and events come out. */
export interface Application {
  /** Checks the request, does it, and turns whatever is thrown into a problem. Never rejects. */
  answer(name: string, body: unknown): Promise<Reply<RequestName>>
  /** Returns the function that ends the subscription. */
  subscribe(listener: EventListener): () => void
  /** Ends tasks (training keeps a checkpoint) and workers. */
  close(): Promise<void>
}

/** A handler with its request checked; the name ties the two together. */
function handlerNamed<Name extends RequestName>(
  handlers: Handlers,
  name: Name,
  checkAnswers: boolean,
): (body: unknown) => Promise<ResponseBody<Name>> {
  const { request, response } = requestSchemas[name]
  return async (body) => {
    const value = await handlers[name](request.parse(body))
    return checkAnswers ? response.parse(value) : value
  }
}

function unknownRequest(name: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'internal/unknownRequest',
    message: `There is no request "${name}".`,
    hint: 'The window and the program may be of different versions: close and start Shiftscope again.',
  })
}

/** What changes a project's files: a task's state, and the moment when its job has opened them and is under way. */
function phaseOf({ state, fraction }: Task): string {
  return state === 'running' && (fraction ?? 0) > 0 ? 'underWay' : state
}

/** Builds the product from its parts, in the order in which they depend on each other. */
export function createApplication(options: ApplicationOptions): Application {
  const listeners = new Set<EventListener>()
  const announce = <Name extends EventName>(name: Name, body: EventBody<Name>) => {
    for (const listener of listeners) listener(name, body)
  }
  const settings = openSettings(options.settingsDirectory)
  const reader = createReader(options.forkWorker)
  const phaseOfTask = new Map<string, string>()
  const listener: TaskListener = {
    changed: (task) => {
      announce('task/changed', { task })
      if (phaseOfTask.get(task.id) === phaseOf(task)) return
      phaseOfTask.set(task.id, phaseOf(task))
      announce('project/changed', { directory: task.directory })
    },
    epoch: (directory, run, epoch) => announce('training/epoch', { directory, run, epoch }),
    notice: (directory, run, message) => {
      announce('training/notice', { directory, run, message })
      announce('project/changed', { directory })
    },
  }
  const tasks = createTaskQueue(options.forkWorker, listener, options.tasksAtOnce)
  const services: Services = {
    face: options.face,
    version: options.version,
    dialogs: options.dialogs,
    resourcesDirectory: options.resourcesDirectory,
    settingsDirectory: options.settingsDirectory,
    settings,
    projects: createProjects(() => tasks.list()),
    reader,
    measurements: createMeasurements(announce),
    tasks,
    announce,
  }
  const handlers: Handlers = {
    ...applicationHandlers(services),
    ...filesHandlers(services),
    ...projectHandlers(services),
    ...screenHandlers(services),
    ...trainingHandlers(services),
    ...evaluationHandlers(services),
    ...resultsHandlers(services),
    ...simulationHandlers(services),
    ...taskHandlers(services),
  }

  return {
    answer: async (name, body) => {
      try {
        if (!isRequestName(name)) throw unknownRequest(name)
        const value = await handlerNamed(handlers, name, options.checkAnswers ?? false)(body)
        return { ok: true, value }
      } catch (error) {
        return { ok: false, problem: asProblem(error) }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      await tasks.close()
      reader.close()
    },
  }
}
