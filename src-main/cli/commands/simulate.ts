import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { ShiftscopeError } from '@contract/errors'
import {
  sandboxRecipeSchema,
  semiSyntheticRecipeSchema,
  type SimulationRecipe,
  type SimulationReport,
} from '@contract/simulation'
import { readSimulation, simulationPaths } from '../../workspace/simulationFiles'
import type { Perform } from '../command'
import { labelInColumn, positiveNumber, positiveRange, share, wholeNumber, wholeRange } from '../flags'
import { quoted, simulateScreen } from '../stages'
import { amount, counted, table } from '../wording'

interface Range {
  readonly minimum: number
  readonly maximum: number
}

/** Flags of both kinds of screen. */
interface CommonFlags {
  readonly to: string
  readonly perturbations?: number
  readonly cells?: number
  readonly targets?: Range
  readonly effect?: Range
  readonly heldOut?: number
  readonly seed?: number
  readonly json?: true
}

interface SandboxFlags {
  readonly form?: 'code' | 'paper'
  readonly controlCells?: number
  readonly genes?: number
  readonly latents?: number
  readonly density?: number
  readonly heldOutEffect?: number
  readonly heldOutDensity?: number
  readonly library?: number
  readonly inverseDispersion?: number
}

interface SemiSyntheticFlags {
  readonly from?: string
  readonly layer?: string
  readonly only?: { readonly column: string; readonly label: string }
  readonly withoutEffect?: number
  readonly combinations?: number
  readonly controlShare?: number
  readonly programmes?: number
  readonly genesPerProgramme?: Range
  readonly programmeGenes?: 'coexpressed' | 'random'
  readonly countShare?: number
  readonly minimumDetection?: number
  readonly direction?: 'both' | 'down'
}

type Flags = CommonFlags & SandboxFlags & SemiSyntheticFlags

const sandboxOptions = [
  new Option(
    '--form <form>',
    'form of the published simulator: its code, which gave its numbers, or its text',
  ).choices(['code', 'paper']),
  new Option('--control-cells <n>', 'cells without a perturbation (default: none)').argParser(
    wholeNumber({ from: 0 }),
  ),
  new Option('--genes <n>', 'genes (default: 100)').argParser(wholeNumber({ from: 1 })),
  new Option('--latents <p>', 'true latents (default: 15)').argParser(wholeNumber({ from: 1, to: 500 })),
  new Option('--density <share>', 'share of all possible edges that exist, instead of --targets').argParser(
    share(1),
  ),
  new Option('--held-out-effect <x>', 'size of the shifts of held-out perturbations').argParser(
    positiveNumber,
  ),
  new Option('--held-out-density <share>', 'density of held-out perturbations').argParser(share(1)),
  new Option(
    '--library <n>',
    'counts of a gene over all cells (code, default: 1e6) or of a cell (paper, default: 1e5)',
  ).argParser(positiveNumber),
  new Option(
    '--inverse-dispersion <x>',
    'negative binomial counts with this inverse dispersion (default: Poisson)',
  ).argParser(positiveNumber),
]

const semiSyntheticOptions = [
  new Option('--layer <name>', 'where in an h5ad the counts are: X, raw/X or layers/NAME'),
  new Option(
    '--only <column=label>',
    'only cells with this label in this column of the cell annotation',
  ).argParser(labelInColumn),
  new Option('--without-effect <n>', 'perturbations that do nothing (default: 4)').argParser(
    wholeNumber({ from: 0 }),
  ),
  new Option('--combinations <n>', 'perturbations that are two at once (default: 6)').argParser(
    wholeNumber({ from: 0 }),
  ),
  new Option('--control-share <share>', 'share of the cells that stay controls (default: 0.25)').argParser(
    share(1),
  ),
  new Option('--programmes <n>', 'gene programmes, the true latents (default: 10)').argParser(
    wholeNumber({ from: 1 }),
  ),
  new Option('--genes-per-programme <a-b>', 'genes of a programme (default: 15-40)').argParser(wholeRange),
  new Option('--programme-genes <rule>', 'genes that vary together, or any').choices([
    'coexpressed',
    'random',
  ]),
  new Option(
    '--count-share <share>',
    'largest share of all counts that a programme may hold (default: 0.05)',
  ).argParser(share(1)),
  new Option(
    '--minimum-detection <share>',
    'share of the cells that must have a gene of a programme (default: 0.05)',
  ).argParser(share(1)),
  new Option('--direction <rule>', 'shifts go up and down, or only down').choices(['both', 'down']),
]

/** @throws `usage/flagOfOtherKind` when a flag is given that the other kind of screen has */
function refuse(flags: Flags, options: readonly Option[], hint: string): void {
  const given = new Set(Object.keys(flags))
  const wrong = options.find((option) => given.has(option.attributeName()))
  if (!wrong) return
  throw new ShiftscopeError({
    code: 'usage/flagOfOtherKind',
    message: `${wrong.long ?? wrong.flags} does not apply to this kind of screen.`,
    where: wrong.long ?? wrong.flags,
    hint,
  })
}

function sandboxRecipe(flags: Flags): SimulationRecipe {
  refuse(flags, semiSyntheticOptions, 'It is for screens made from real cells: add --from PROJECT or FILE.')
  const { effect } = flags
  if (effect && effect.minimum !== effect.maximum) {
    throw new ShiftscopeError({
      code: 'usage/effect',
      message: 'The effect of the published simulator is one number, not a range.',
      where: '--effect',
      hint: 'Give one number, for example --effect 5.',
    })
  }
  return sandboxRecipeSchema.parse({
    kind: 'sandbox',
    form: flags.form,
    perturbations: flags.perturbations,
    cellsPerPerturbation: flags.cells,
    controlCells: flags.controlCells,
    genes: flags.genes,
    latents: flags.latents,
    effect: effect?.minimum,
    targets: flags.targets,
    density: flags.density,
    heldOutShare: flags.heldOut,
    heldOutEffect: flags.heldOutEffect,
    heldOutDensity: flags.heldOutDensity,
    library: flags.library,
    inverseDispersion: flags.inverseDispersion,
    seed: flags.seed,
  })
}

function semiSyntheticRecipe(flags: Flags, from: string): SimulationRecipe {
  refuse(flags, sandboxOptions, 'It is for the published simulator: leave --from out.')
  return semiSyntheticRecipeSchema.parse({
    kind: 'semi-synthetic',
    from: resolve(from),
    layer: flags.layer,
    only: flags.only,
    perturbations: flags.perturbations,
    withoutEffect: flags.withoutEffect,
    combinations: flags.combinations,
    cellsPerPerturbation: flags.cells,
    controlShare: flags.controlShare,
    programmes: flags.programmes,
    genesPerProgramme: flags.genesPerProgramme,
    programmeGenes: flags.programmeGenes,
    countShare: flags.countShare,
    minimumDetection: flags.minimumDetection,
    programmesPerPerturbation: flags.targets,
    effect: flags.effect,
    direction: flags.direction,
    heldOutShare: flags.heldOut,
    seed: flags.seed,
  })
}

function reportLines(to: string, report: SimulationReport): string[] {
  const paths = simulationPaths(to)
  const percent = (part: number) => `${(100 * part).toFixed(1)} %`
  const { real } = report
  const beforeThinning = real === null ? [] : [`(${amount(Math.round(real.medianCounts))} before thinning)`]
  const zerosBefore = real === null ? [] : [`(${percent(real.zeros)} before thinning)`]
  // A screen without controls has to be imported as one.
  const controls = report.controlCells === 0 ? ' --control none' : ''
  const heldOut = report.heldOut.length === 0 ? '' : ` --hold-out list:${quoted(paths.heldOut)}`
  return [
    `${counted(report.cells, 'cell')} (${amount(report.controlCells)} of them control), ${counted(report.genes, 'gene')}, ${counted(report.perturbations, 'perturbation')}`,
    ...table([
      ['  true latents', amount(report.latents)],
      ['  true edges', amount(report.edges)],
      ['  counts of a cell, median', amount(Math.round(report.medianCounts)), ...beforeThinning],
      ['  zeros', percent(report.zeros), ...zerosBefore],
    ]),
    ...(report.heldOut.length === 0 ? [] : [`  to hold out: ${report.heldOut.join(', ')}`]),
    'Go on with:',
    `  shiftscope import ${quoted(paths.screen)} --perturbation-column perturbation${controls} --project PROJECT`,
    `  shiftscope prepare --project PROJECT --genes all${heldOut}`,
  ]
}

export function addSimulate(program: Command, perform: Perform): void {
  const command = program
    .command('simulate')
    .summary('make a screen whose truth is known')
    .description(
      'Simulates a screen and keeps its true latents, shifts and edges in the file, so that models can be scored. Without --from it is the published simulator: a random network turns sparse shifts of latents into counts. With --from it is made from real control cells: cells are given perturbations at random, and the counts of chosen gene programmes are thinned.',
    )
    .requiredOption('--to <folder>', 'new folder for simulated.h5ad and what belongs to it')
    .option('--from <project|file>', 'real control cells: those of a project, or a file of counts')
    .option('--perturbations <n>', 'perturbations (default: 100; with --from 44)', wholeNumber({ from: 1 }))
    .option(
      '--cells <n>',
      'cells of each perturbation (default: 500; with --from all there are)',
      wholeNumber({ from: 1 }),
    )
    .option('--targets <a-b>', 'latents that a perturbation shifts (default: 1-3)', wholeRange)
    .option(
      '--effect <x|a-b>',
      'size of a shift: standard deviations (default: 5); with --from log2 units (default: 0.5-1)',
      positiveRange,
    )
    .option(
      '--held-out <share>',
      'share of perturbations meant to be held out (default: 0.2; with --from none)',
      share(0.99),
    )
    .option('--seed <n>', 'seed of everything random', wholeNumber({ from: 0, to: 0xffffffff }))
  for (const option of sandboxOptions) command.addOption(option.helpGroup('Published simulator:'))
  for (const option of semiSyntheticOptions) command.addOption(option.helpGroup('From real control cells:'))
  command.option('--json', 'print one JSON document').action((flags: Flags) =>
    perform(flags.json ?? false, async (session) => {
      const recipe = flags.from === undefined ? sandboxRecipe(flags) : semiSyntheticRecipe(flags, flags.from)
      const directory = resolve(flags.to)
      const seconds = await simulateScreen(session, recipe, directory)
      const { report } = await readSimulation(directory)
      const { screen } = simulationPaths(directory)
      return {
        value: { directory, screen, seconds, recipe, report },
        lines: reportLines(directory, report),
      }
    }),
  )
}
