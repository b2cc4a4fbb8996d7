import { ShiftscopeError, type Problem } from '@contract/errors'
import { events } from '@contract/events'
import type { RequestInput, RequestName, ResponseBody } from '@contract/requests'
import type { Task } from '@contract/task'
import type { Application } from '../handlers/application'
import { requestSchemas } from '../handlers/handler'
import type { Terminal } from './terminal'
import { duration } from './wording'

/** The person pressed Ctrl-C; what could be kept is kept. */
export class Interrupted extends Error {
  readonly problem: Problem

  constructor(hint: string) {
    super('Interrupted.')
    this.problem = { code: 'cli/interrupted', message: 'Interrupted.', hint }
  }
}

/** What a command works with. */
export interface Session {
  readonly application: Application
  readonly terminal: Terminal
  /** Folder that holds the bundled example. */
  readonly resourcesDirectory: string
  /** Folder of the built renderer, for `serve`. */
  readonly rendererDirectory: string
  /** Aborted by the first Ctrl-C. */
  readonly interruption: AbortSignal
}

/** Asks the application and gives its answer. @throws ShiftscopeError with the problem of a reply */
export async function ask<Name extends RequestName>(
  { application }: Session,
  name: Name,
  body: RequestInput<Name>,
): Promise<ResponseBody<Name>> {
  const reply = await application.answer(name, body)
  if (!reply.ok) throw new ShiftscopeError(reply.problem)
  return requestSchemas[name].response.parse(reply.value)
}

function statusLine(task: Task): string {
  const parts = [task.title]
  if (task.fraction !== null) parts.push(`${Math.floor(100 * task.fraction)} %`)
  parts.push(task.message)
  if (task.secondsLeft !== null) parts.push(`${duration(task.secondsLeft)} left`)
  return parts.join(' · ')
}

/** Follows the tasks of an application until one has ended. */
function followTasks({ application, terminal }: Session): {
  ended(id: string): Promise<Task>
  close(): void
} {
  const over = new Map<string, Task>()
  const waiting = new Map<string, (task: Task) => void>()
  const close = application.subscribe((name, body) => {
    if (name === 'training/notice') terminal.report(events[name].parse(body).message)
    if (name !== 'task/changed') return
    const { task } = events['task/changed'].parse(body)
    if (task.state === 'running') terminal.status(statusLine(task))
    if (task.finishedAt === null) return
    over.set(task.id, task)
    waiting.get(task.id)?.(task)
  })
  return {
    ended: (id) =>
      new Promise((resolve) => {
        const task = over.get(id)
        if (task) resolve(task)
        else waiting.set(id, resolve)
      }),
    close: () => {
      close()
    },
  }
}

/** Seconds between the start and the end of a task. */
export function secondsOf({ startedAt, finishedAt }: Task): number {
  if (startedAt === null || finishedAt === null) return 0
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
}

/**
 * Starts tasks, shows their progress and waits until all have ended. Ctrl-C cancels them.
 * @param start gives the ids of the tasks
 * @param afterInterruption says how to go on after Ctrl-C
 * @returns the tasks, all of them done
 * @throws ShiftscopeError with the first task's problem, Interrupted
 */
export async function complete(
  session: Session,
  start: () => Promise<readonly string[]>,
  afterInterruption: () => Promise<string>,
): Promise<Task[]> {
  const { terminal, interruption } = session
  const follower = followTasks(session)
  let ids: readonly string[] = []
  const cancel = () => {
    terminal.status('Stopping')
    for (const task of ids) void ask(session, 'tasks/cancel', { task })
  }
  try {
    ids = await start()
    if (interruption.aborted) cancel()
    else interruption.addEventListener('abort', cancel)
    const tasks = await Promise.all(ids.map((id) => follower.ended(id)))
    const problem = tasks.find((task) => task.problem !== null)?.problem
    if (problem) throw new ShiftscopeError(problem)
    if (tasks.some((task) => task.state !== 'done')) throw new Interrupted(await afterInterruption())
    return tasks
  } finally {
    interruption.removeEventListener('abort', cancel)
    follower.close()
    terminal.clearStatus()
  }
}

/** Gives what a question gives, unless Ctrl-C comes first. @throws Interrupted */
export async function unlessInterrupted<Value>(
  { interruption }: Session,
  question: Promise<Value>,
): Promise<Value> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new Interrupted('Nothing was changed.'))
    if (interruption.aborted) stop()
    else interruption.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([question, stopped])
}
