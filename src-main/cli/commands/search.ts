import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { ShiftscopeError, type Problem } from '@contract/errors'
import type { ProjectState } from '@contract/project'
import {
  modelNames,
  mostThreads,
  presetNames,
  withModel,
  withPreset,
  type ModelName,
  type ModelPreset,
  type ModelRecipe,
} from '@contract/recipe'
import type { SearchDocument } from '@contract/search'
import { publishedGrids, settingsOf, type Grid } from '../../evaluation/grids'
import { searchLines, settingText } from '../../evaluation/searchTable'
import { requirePrepared } from '../../tasks/runPlans'
import { requireTrainable } from '../../tasks/trainable'
import { searchPaths } from '../../workspace/searchFiles'
import type { Perform } from '../command'
import { positiveNumber, several, wholeNumber } from '../flags'
import { fewestSeeds } from '../search/gridSearch'
import { runSearch, type SearchChoices } from '../search/runSearch'
import { ask, unlessInterrupted, type Session } from '../session'
import { openProject, quoted } from '../stages'
import { counted, duration, table } from '../wording'
import { refuseOtherOptions, refuseTooFewEpochs } from './train'

interface Flags {
  readonly project: string
  readonly model: ModelName
  readonly preset?: ModelPreset
  readonly latents?: number
  readonly grid?: 'paper'
  readonly epochs?: number[]
  readonly alpha?: number[]
  readonly beta?: number[]
  readonly seeds: number
  readonly firstSeed: number
  readonly parallel?: number
  readonly threads: number
  readonly json?: true
}

/** @throws `usage/noPublishedGrid`, `usage/emptyGrid` */
function gridOf({ model, grid, epochs, alpha, beta }: Flags): Grid {
  const published = publishedGrids[model]
  if (grid === 'paper' && !published) {
    throw new ShiftscopeError({
      code: 'usage/noPublishedGrid',
      message: `The paper has no grid for the model "${model}".`,
      where: '--grid',
      hint: `Give the values to be tried (--epochs), or choose among: ${Object.keys(publishedGrids).join(', ')}.`,
    })
  }
  const given: Grid = { ...(epochs && { epochs }), ...(alpha && { alpha }), ...(beta && { beta }) }
  if (grid === 'paper') return { ...published, ...given }
  if (Object.keys(given).length > 0) return given
  throw new ShiftscopeError({
    code: 'usage/emptyGrid',
    message: 'Nothing says which settings are to be tried.',
    where: '--grid',
    hint: 'Take the grid of the paper (--grid paper), or give values: --epochs 300 500, --alpha 10 20, --beta 8 10.',
  })
}

/** @throws `usage/optionOfOtherModel`, `usage/epochsOfStart`, `usage/noPublishedGrid`, `usage/emptyGrid` */
function settingsWithFlags([first]: readonly ModelRecipe[], flags: Flags): ModelRecipe[] {
  refuseOtherOptions(flags.model, flags)
  const before = flags.preset === undefined ? first : withPreset(first, flags.preset)
  const base: ModelRecipe = {
    ...withModel(before, flags.model),
    latents: flags.latents ?? before.latents,
    threads: flags.threads,
  }
  const settings = settingsOf(base, gridOf(flags))
  for (const setting of settings) refuseTooFewEpochs(setting)
  return settings
}

function parallelOf({ parallel, threads }: Flags): number {
  return parallel ?? Math.max(1, Math.floor(availableParallelism() / threads))
}

/**
 * @throws as `settingsWithFlags`; `project/notPrepared`, `project/outOfDate`, `training/moreLatentsThanGenes`,
 *   `training/fewPerturbations`
 */
function choicesOf({ directory, project, recipe }: ProjectState, flags: Flags): SearchChoices {
  const settings = settingsWithFlags(recipe.models, flags)
  const prepared = requirePrepared(project, recipe)
  requireTrainable(settings[0], prepared.report)
  const seeds = Array.from({ length: flags.seeds }, (_, at) => flags.firstSeed + at)
  return { directory, prepared, settings, seeds, parallel: parallelOf(flags) }
}

/** Says how much there is to do before it begins. */
async function sayPlan(session: Session, choices: SearchChoices): Promise<void> {
  const { directory, settings, seeds, parallel } = choices
  const runs = settings.length * seeds.length
  const estimate = ask(session, 'models/estimate', { directory, model: settings[0] })
  const { secondsPerEpoch } = await unlessInterrupted(session, estimate)
  const epochs = settings.reduce((sum, setting) => sum + setting.epochs, 0) * seeds.length
  const seconds = (epochs * secondsPerEpoch) / Math.min(parallel, runs)
  session.terminal.report(
    `${counted(settings.length, 'setting')} of ${settings[0].model} with ${counted(seeds.length, 'seed')} each: ${counted(runs, 'run')}, ${parallel} at a time`,
  )
  session.terminal.report(
    `Training takes about ${duration(seconds)} if nothing else computes here, and every run some seconds more to begin and to be interpreted; early stopping and runs that are done make it less. Ctrl-C keeps what is done.`,
  )
}

function nothingRanked(failure: Problem | undefined): Problem {
  return {
    code: 'search/nothingRanked',
    message: 'No setting has two runs that could be compared.',
    hint: failure ? `The first run that failed: ${failure.message} ${failure.hint}` : 'Train more seeds.',
  }
}

function chosenLines(directory: string, { settings, chosen }: SearchDocument): string[] {
  if (chosen === null) return []
  const { setting, runs } = settings[chosen]
  const typical = runs.reduce((best, run) => (run.ranking > best.ranking ? run : best))
  return [
    `Chosen: ${settingText(setting)}. Of its runs ${typical.run} is the most like the others.`,
    `Go on with: shiftscope evaluate --project ${quoted(directory)} --run ${typical.run}`,
  ]
}

export function addSearch(program: Command, perform: Perform): void {
  program
    .command('search')
    .summary('choose the settings of a model without knowing the truth')
    .description(
      'Trains every setting of a grid with several seeds on the prepared screen, ranks the settings by how alike the latents of different seeds are (unsupervised disentanglement ranking), and writes their table into the folder searches of the project. What is not given stays as in the recipe of the project, which is not changed. Runs that are done are used again: after Ctrl-C the same command goes on.',
    )
    .requiredOption('--project <folder>', 'folder of the project')
    .addOption(
      new Option('--model <name>', 'model whose settings are searched')
        .choices([...modelNames])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--preset <name>', 'ready-made settings for all that the grid leaves open').choices([
        ...presetNames,
      ]),
    )
    .option('--latents <n>', 'number of latent processes', wholeNumber({ from: 1, to: 500 }))
    .addOption(
      new Option(
        '--grid <name>',
        'the grid of the paper (Table 4); values given beside it replace its',
      ).choices(['paper']),
    )
    .option('--epochs <n...>', 'epochs to try', several(wholeNumber({ from: 1, to: 10_000 })))
    .option('--alpha <x...>', 'strengths of the sparsity to try (svae, svae-plus)', several(positiveNumber))
    .option('--beta <x...>', 'weights of the KL term to try (beta-vae)', several(positiveNumber))
    .option('--seeds <n>', 'runs of each setting', wholeNumber({ from: fewestSeeds, to: 100 }), 3)
    .option('--first-seed <n>', 'first seed', wholeNumber({ from: 0, to: 0xffff_0000 }), 0)
    .option(
      '--parallel <n>',
      'runs at the same time (default: cores / threads)',
      wholeNumber({ from: 1, to: mostThreads }),
    )
    .option(
      '--threads <n>',
      'threads of each run; several runs with one each are faster than one with several',
      wholeNumber({ from: 1, to: mostThreads }),
      1,
    )
    .option('--json', 'print one JSON document')
    .action((flags: Flags) =>
      perform(
        flags.json ?? false,
        async (session) => {
          const choices = choicesOf(await openProject(session, resolve(flags.project)), flags)
          const { directory } = choices
          await sayPlan(session, choices)
          const { search, failures } = await runSearch(session, choices)
          const files = searchPaths(directory, search.model)
          const first = failures.at(0)?.problem
          return {
            value: { directory, files, search, failures },
            lines: [
              ...table(searchLines(search)),
              ...chosenLines(directory, search),
              `Tables: ${Object.values(files).join(', ')}`,
            ],
            problem: search.chosen === null ? nothingRanked(first) : first,
          }
        },
        { tasksAtOnce: parallelOf(flags) },
      ),
    )
}
