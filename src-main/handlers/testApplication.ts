import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ShiftscopeError, type Problem } from '@contract/errors'
import { events, type EventName } from '@contract/events'
import type { RequestInput, RequestName, ResponseBody } from '@contract/requests'
import type { Task } from '@contract/task'
import { jobTable } from '../tasks/jobTable'
import { pretendWorkers } from '../tasks/pretendWorkers'
import { writeSmallScreen, type SmallScreenFiles } from '../tasks/smallScreenFiles'
import { createApplication } from './application'
import { requestSchemas } from './handler'

/** An application for tests: real jobs, done in this process; every answer and event is checked against the contract. */
export interface TestApplication {
  /** Temporary; removed by `close`. */
  readonly folder: string
  readonly files: SmallScreenFiles
  /** All events so far. */
  readonly heard: readonly { readonly name: EventName; readonly body: unknown }[]
  ask<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<ResponseBody<Name>>
  /** The problem with which a request is refused. */
  refusal(name: string, body: unknown): Promise<Problem>
  /** Waits for the end of a task. */
  ended(id: string): Promise<Task>
  close(): Promise<void>
}

export async function openTestApplication(): Promise<TestApplication> {
  const folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))
  const application = createApplication({
    face: 'serve',
    forkWorker: pretendWorkers(jobTable).fork,
    dialogs: null,
    settingsDirectory: join(folder, 'settings'),
    resourcesDirectory: resolve(import.meta.dirname, '../../resources'),
    version: '1.2.3',
    checkAnswers: true,
  })
  const heard: { name: EventName; body: unknown }[] = []
  application.subscribe((name, body) => heard.push({ name, body: events[name].parse(body) }))

  const ask = async <Name extends RequestName>(
    name: Name,
    body: RequestInput<Name>,
  ): Promise<ResponseBody<Name>> => {
    const reply = await application.answer(name, body)
    if (!reply.ok) throw new ShiftscopeError(reply.problem)
    return requestSchemas[name].response.parse(reply.value)
  }
  return {
    folder,
    files: await writeSmallScreen(join(folder, 'files')),
    heard,
    ask,
    refusal: async (name, body) => {
      const reply = await application.answer(name, body)
      if (reply.ok) throw new Error(`${name} was not refused.`)
      return reply.problem
    },
    ended: async (id) => {
      for (;;) {
        const task = (await ask('tasks/list', {})).tasks.find((candidate) => candidate.id === id)
        if (task && task.finishedAt !== null) return task
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    close: async () => {
      await application.close()
      await rm(folder, { recursive: true })
    },
  }
}
