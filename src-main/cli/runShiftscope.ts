import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder with the built `shiftscope.js` and `worker.js`, from `e2e/setup/buildForTests.ts`. */
    builtMain: string
  }
}

/** The built command line in a process of its own, for tests. */
export interface Started {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

export function startShiftscope(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, [join(inject('builtMain'), 'shiftscope.js'), ...words], {
    env: {
      ...process.env,
      SHIFTSCOPE_SETTINGS: join(tmpdir(), `shiftscope-test-settings-${process.pid}`),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (errors += piece.toString()))
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, output, errors }))
  return { process: child, ended }
}

/** Processes that a process has started, by the system's table (Linux). */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // pid (name) state parent …; the name may hold anything, also a parenthesis.
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\)/, '').trim().split(' ')
        return Number(fields[1]) === pid
      } catch {
        return false
      }
    })
    .map(Number)
}
