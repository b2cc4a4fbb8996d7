import { Command } from 'commander'
import type { Perform } from './command'
import { addDemo } from './commands/demo'
import { addDoctor } from './commands/doctor'
import { addEvaluate } from './commands/evaluate'
import { addExport } from './commands/export'
import { addImport } from './commands/import'
import { addInspect } from './commands/inspect'
import { addPrepare } from './commands/prepare'
import { addReproduce } from './commands/reproduce'
import { addRun } from './commands/run'
import { addSearch } from './commands/search'
import { addServe } from './commands/serve'
import { addSimulate } from './commands/simulate'
import { addTrain } from './commands/train'

const epilogue = `
A first look:            shiftscope demo
An analysis of your own: shiftscope import COUNTS --guides FILE --project FOLDER
                         shiftscope prepare --project FOLDER
                         shiftscope train --project FOLDER
                         shiftscope export --project FOLDER --run latest --to RESULTS

Results go to standard output, progress to standard error.
Exit codes: 0 done, 1 failed (the reason is said), 2 wrong usage, 130 interrupted
(training keeps a checkpoint).`

/**
 * The command line. Throws CommanderError instead of ending the process.
 * @param silent leaves commander's own error messages out
 */
export function createProgram(perform: Perform, version: string, silent: boolean): Command {
  const program = new Command('shiftscope')
  program
    .description('Which perturbation of a single-cell CRISPR screen shifts which latent process.')
    .version(version, '--version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('Add --help to see what the command takes.')
    .addHelpText('after', epilogue)
    .exitOverride()
  // Subcommands inherit these settings when they are added.
  if (silent) program.configureOutput({ writeErr: () => undefined })
  const adders = [
    addInspect,
    addImport,
    addPrepare,
    addTrain,
    addSearch,
    addEvaluate,
    addExport,
    addRun,
    addSimulate,
    addReproduce,
    addDoctor,
    addServe,
    addDemo,
  ]
  for (const add of adders) add(program, perform)
  return program
}
