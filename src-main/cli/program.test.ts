import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from './program'

/** Parses a command line without doing anything; gives commander's reason for refusing it. */
async function refusal(...words: string[]): Promise<{ code: string; message: string } | null> {
  try {
    await createProgram(() => Promise.resolve(), '1.2.3', true).parseAsync(words, { from: 'user' })
    return null
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { code: error.code, message: error.message }
  }
}

describe('the command line', () => {
  it.each([
    ['inspect a.h5ad b.csv --json'],
    [
      'import counts --guides g.csv --guide-targets t.csv --layer X --control NT --control safe --multiple drop --project p',
    ],
    ['import counts --perturbation-column target --control none --project p --json'],
    [
      'prepare --project p --min-counts 10 --min-genes 5 --min-cells-per-perturbation 20 --genes all --hold-out random:0.2 --validation 0.1 --seed 3',
    ],
    [
      'train --project p --model svae-plus --latents 5 --epochs 2 --batch-size 64 --alpha 3.5 --warm-up 0 --seed 1 --device cpu --threads 2 --json',
    ],
    ['train --project p --model beta-vae --beta 8'],
    ['train --project p --model svae --form paper --alpha 60'],
    ['train --project p --model sams-vae --edge-probability 0.05'],
    ['train --project p --resume svae-plus-1'],
    ['search --project p --model beta-vae --grid paper --seeds 5 --parallel 2 --json'],
    ['search --project p --model svae-plus --preset paper --epochs 300 500 --alpha 10 20.5 --first-seed 7'],
    ['reproduce table1 --to s --search --seeds 1'],
    ['reproduce table5 --to s --search 5 --epochs 20'],
    ['evaluate --project p --run all --particles 100 --json'],
    ['evaluate --project p --run none'],
    ['export --project p --run latest --to out'],
    ['run recipe.yaml --project p'],
    ['doctor --json'],
    [
      'simulate --to s --form paper --perturbations 10 --cells 50 --targets 1-3 --effect 5 --held-out 0.2 --seed 1',
    ],
    [
      'simulate --to s --control-cells 9 --genes 50 --latents 4 --density 0.1 --held-out-effect 2 --held-out-density 0.3 --library 1e5 --inverse-dispersion 2',
    ],
    [
      'simulate --to s --from cells.h5ad --layer X --only type=ctrl --without-effect 1 --combinations 2 --control-share 0.3 --effect 0.5-1.0 --json',
    ],
    [
      'simulate --to s --from p --programmes 3 --genes-per-programme 10-20 --programme-genes random --count-share 0.1 --minimum-detection 0.1 --direction down',
    ],
    ['serve --port 0'],
    ['demo --to out --json'],
  ])('takes: %s', async (line) => {
    expect(await refusal(...line.split(' '))).toBeNull()
  })

  it.each([
    ['prepare --project p --min-conuts 3', 'commander.unknownOption', '--min-conuts'],
    ['trian --project p', 'commander.unknownCommand', 'trian'],
    ['import --project p', 'commander.missingArgument', 'counts'],
    ['import counts', 'commander.missingMandatoryOptionValue', '--project'],
    ['doctor now', 'commander.excessArguments', 'doctor'],
    ['train --project p --epochs ten', 'commander.invalidArgument', '--epochs'],
    ['train --project p --latents 0', 'commander.invalidArgument', '--latents'],
    ['train --project p --alpha -1', 'commander.invalidArgument', '--alpha'],
    ['train --project p --alpha 0', 'commander.invalidArgument', '--alpha'],
    ['train --project p --model beta-vae --beta 0', 'commander.invalidArgument', '--beta'],
    ['train --project p --epochs -3', 'commander.invalidArgument', '--epochs'],
    ['train --project p --epochs 0', 'commander.invalidArgument', '--epochs'],
    ['train --project p --model gan', 'commander.invalidArgument', 'svae-plus'],
    ['train --project p --covariate', 'commander.optionMissingArgument', '--covariate'],
    ['train --project p --form best', 'commander.invalidArgument', 'paper'],
    ['train --project p --resume svae-plus-1 --epochs 9', 'commander.conflictingOption', '--epochs'],
    ['search --project p --model svae --alpha 3 0', 'commander.invalidArgument', '--alpha'],
    ['search --project p --model beta-vae --beta -8', 'commander.invalidArgument', '--beta'],
    ['search --project p --model svae --grid paper --seeds 1', 'commander.invalidArgument', '--seeds'],
    ['search --project p --grid paper', 'commander.missingMandatoryOptionValue', '--model'],
    ['reproduce table1 --to s --search 1', 'commander.invalidArgument', '--search'],
    ['simulate --to s --targets 3-1', 'commander.invalidArgument', '--targets'],
    ['simulate --to s --only ctrl', 'commander.invalidArgument', 'COLUMN=LABEL'],
    ['prepare --project p --genes few', 'commander.invalidArgument', '--genes'],
    ['prepare --project p --hold-out some', 'commander.invalidArgument', '--hold-out'],
    ['import counts --project p --multiple both', 'commander.invalidArgument', '--multiple'],
    ['evaluate --project p --run latest --particles 0', 'commander.invalidArgument', '--particles'],
    ['serve --port 99999', 'commander.invalidArgument', '--port'],
  ])('refuses: %s', async (line, code, named) => {
    const reason = await refusal(...line.split(' '))
    expect(reason?.code).toBe(code)
    expect(reason?.message).toContain(named)
  })

  it('has --json and a description on every command', () => {
    const { commands } = createProgram(() => Promise.resolve(), '1.2.3', true)
    expect(commands.map((command) => command.name())).toEqual([
      'inspect',
      'import',
      'prepare',
      'train',
      'search',
      'evaluate',
      'export',
      'run',
      'simulate',
      'reproduce',
      'doctor',
      'serve',
      'demo',
    ])
    for (const command of commands) {
      expect(command.options.map((option) => option.long)).toContain('--json')
      expect(command.description().length).toBeGreaterThan(40)
    }
  })
})
