import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApplication } from '../handlers/application'
import { jobTable } from '../tasks/jobTable'
import { pretendWorkers } from '../tasks/pretendWorkers'
import type { Outcome } from './command'
import { createProgram } from './program'
import type { Session } from './session'

/** Hears what a command reports and shows, and can interrupt it as Ctrl-C would. */
export type Hear = (line: string, interrupt: () => void) => void

/** The command line for tests: real commands and real jobs, all done in this process. */
export interface CommandsInProcess {
  /** Temporary; removed by `close`. */
  readonly folder: string
  /**
   * Runs a command.
   * @param line its words, with single spaces between them
   * @returns what came of it
   * @throws what the command line tells as an error: ShiftscopeError, Interrupted, CommanderError
   */
  run(line: string, hear?: Hear): Promise<Outcome>
  close(): Promise<void>
}

/** @param tasksAtOnce heavy tasks that run at the same time */
export async function openCommands(tasksAtOnce = 1): Promise<CommandsInProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'shiftscope-commands-'))
  const sessionOf = (hear: Hear): Session => {
    const interruption = new AbortController()
    const told = (text: string) => hear(text, () => interruption.abort())
    return {
      application: createApplication({
        face: 'cli',
        forkWorker: pretendWorkers(jobTable).fork,
        dialogs: null,
        settingsDirectory: join(folder, 'settings'),
        resourcesDirectory: folder,
        version: '1.2.3',
        tasksAtOnce,
      }),
      terminal: { print: told, report: told, status: told, clearStatus: () => undefined },
      resourcesDirectory: folder,
      rendererDirectory: folder,
      interruption: interruption.signal,
    }
  }
  return {
    folder,
    run: async (line, hear = () => undefined) => {
      const session = sessionOf(hear)
      const outcomes: Outcome[] = []
      const program = createProgram(
        async (_, work) => {
          const outcome = await work(session)
          if (outcome) outcomes.push(outcome)
        },
        '1.2.3',
        true,
      )
      try {
        await program.parseAsync(line.split(' '), { from: 'user' })
      } finally {
        await session.application.close()
      }
      const outcome = outcomes.at(0)
      if (!outcome) throw new Error(`Nothing came of: ${line}`)
      return outcome
    },
    close: () => rm(folder, { recursive: true }),
  }
}
