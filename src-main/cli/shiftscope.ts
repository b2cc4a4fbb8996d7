import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { z } from 'zod'
import type { Problem } from '@contract/errors'
import { forkNodeWorker } from '../tasks/forkNodeWorker'
import { defaultSettingsDirectory } from '../workspace/settingsDirectory'
import { exitCodes, failureDocument, performWith } from './performing'
import { createProgram } from './program'

/** The command line's entry, built to out/main/shiftscope.js. */

const here = import.meta.dirname
const root = join(here, '../..')

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))

/** Wrong usage as a problem, for `--json`. */
function usageProblem(error: CommanderError): Problem {
  return {
    code: `usage/${error.code.replace(/^commander\./, '')}`,
    message: error.message.replace(/^error: /, ''),
    hint: 'Add --help to see what the command takes.',
  }
}

async function main(): Promise<void> {
  const json = process.argv.includes('--json')
  const perform = performWith({
    forkWorker: forkNodeWorker(join(here, 'worker.js')),
    settingsDirectory: defaultSettingsDirectory(),
    resourcesDirectory: join(root, 'resources'),
    rendererDirectory: join(here, '../renderer'),
    version,
  })
  try {
    await createProgram(perform, version, json).parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version that were asked for are no failure; help that stands in for a missing command is.
    if (error.exitCode === 0) return
    if (json) process.stdout.write(`${failureDocument(usageProblem(error))}\n`)
    process.exitCode = exitCodes.wrongUsage
  }
}

await main()
