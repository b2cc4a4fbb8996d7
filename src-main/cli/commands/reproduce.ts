import { statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, resolve } from 'node:path'
import { Argument, Option, type Command } from 'commander'
import { ShiftscopeError } from '@contract/errors'
import { mostThreads } from '@contract/recipe'
import { studies } from '../../reproduction/studies'
import {
  fewestEpochs,
  searchedSettings,
  studyNames,
  unitsOf,
  type Study,
  type StudyName,
  type StudySettings,
  type StudyUnit,
} from '../../reproduction/study'
import { summarise } from '../../reproduction/summary'
import { documentOf, tableLines } from '../../reproduction/tables'
import { diskUseOf, trainingsOf, workWithSearch } from '../../reproduction/work'
import { studyTablePaths } from '../../workspace/studyFiles'
import type { Perform } from '../command'
import { wholeNumber } from '../flags'
import { runStudy, type StudyChoices } from '../reproduce/runStudy'
import { fewestSeeds } from '../search/gridSearch'
import type { Terminal } from '../terminal'
import { counted, size, table } from '../wording'

interface Flags {
  readonly to: string
  readonly seeds: number
  readonly firstSeed: number
  readonly models?: readonly string[]
  readonly cells: number
  readonly epochs?: number
  readonly particles: number
  readonly parallel?: number
  readonly threads: number
  readonly keep: 'none' | 'runs'
  readonly search?: number
  readonly json?: true
}

/** Draws of the published code, which gave the published numbers. */
const publishedParticles = 1000

/** @throws `usage/noSuchModel` */
function modelsOf(study: Study, asked: readonly string[] = study.usualModels) {
  const unknown = asked.find((key) => !study.models.some((model) => model.key === key))
  if (unknown === undefined) return study.models.filter(({ key }) => asked.includes(key))
  throw new ShiftscopeError({
    code: 'usage/noSuchModel',
    message: `${study.name} has no model "${unknown}".`,
    where: '--models',
    hint: `Choose among: ${study.models.map(({ key }) => key).join(', ')}.`,
  })
}

function parallelOf({ parallel, threads }: Flags): number {
  return parallel ?? Math.max(1, Math.floor(availableParallelism() / threads))
}

/** @throws `usage/noSuchModel`, `usage/nothingToSearch` */
function choicesOf(name: StudyName, flags: Flags): StudyChoices {
  const study = studies[name]
  const { cells, epochs = null, particles, search = null, threads } = flags
  const models = modelsOf(study, flags.models)
  if (search !== null && !models.some(({ grid }) => grid)) {
    throw new ShiftscopeError({
      code: 'usage/nothingToSearch',
      message: `The models of ${study.name} that were asked for have no grid of settings.`,
      where: '--search',
      hint: 'Leave --search out, or take a study of the models of the paper: table1, table5 to table9.',
    })
  }
  return {
    directory: resolve(flags.to),
    study,
    settings: { cells, epochs, particles, search },
    models,
    seeds: Array.from({ length: flags.seeds }, (_, at) => flags.firstSeed + at),
    parallel: parallelOf(flags),
    threads,
    keepProjects: flags.keep === 'runs',
  }
}

/** Free bytes on the disk of a folder that may not exist yet. */
async function freeBytes(directory: string): Promise<number> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const facts = await statfs(folder).catch(() => null)
    if (facts) return facts.bavail * facts.bsize
    if (folder === dirname(folder)) return 0
  }
}

/** A search is much longer than the study alone: it is told before it begins. */
function searchPlan(units: readonly StudyUnit[], settings: StudySettings, seeds: number): string {
  const trainings = units
    .filter((unit) => searchedSettings(unit, settings, 1) !== null)
    .reduce((sum, unit) => sum + trainingsOf(unit, settings), 0)
  const sum = (of: (unit: StudyUnit) => number) => units.reduce((all, unit) => all + of(unit), 0)
  const alone = sum((unit) => workWithSearch(unit, { ...settings, search: null }))
  const longer = sum((unit) => workWithSearch(unit, settings)) / alone
  return `Settings are searched first: ${counted(trainings, 'run')} (every setting with ${seeds} seeds on each screen), at most about ${longer.toFixed(0)} times as long as without --search; runs that stop early make it less.`
}

async function sayPlan(terminal: Terminal, choices: StudyChoices): Promise<void> {
  const { study, settings, models, seeds, parallel, directory } = choices
  const units = unitsOf(study.screens, models, seeds)
  const screens = counted(study.screens.length * seeds.length, 'simulated screen')
  const bytes = size(diskUseOf(units, settings))
  terminal.report(`${study.title}: ${counted(units.length, 'run')} on ${screens}, ${parallel} at a time`)
  if (settings.search !== null) terminal.report(searchPlan(units, settings, settings.search))
  terminal.report(
    `Disk: about ${bytes} in all, ${size(await freeBytes(directory))} free. Ctrl-C keeps what is done.`,
  )
}

export function addReproduce(program: Command, perform: Perform): void {
  program
    .command('reproduce')
    .summary('run a study of the publication again')
    .description(
      'Simulates screens, trains and judges the models of a study on them, and writes its table beside the published one. Every run is recorded when it is done: after Ctrl-C, or a crash, the same command goes on.',
    )
    .addArgument(new Argument('<study>', 'what to run again').choices([...studyNames]))
    .requiredOption('--to <folder>', 'folder of the study, new or to go on with')
    .option(
      '--seeds <n>',
      'screens of each kind, and runs of each model',
      wholeNumber({ from: 1, to: 1000 }),
      3,
    )
    .option(
      '--first-seed <n>',
      'first seed; "thorough" was tuned on 0 to 7 and 101',
      wholeNumber({ from: 0, to: 0xffff_0000 }),
      111,
    )
    .option('--models <names...>', 'models of the study (default: all; thorough only where it is named)')
    .option('--cells <n>', 'cells of each perturbation', wholeNumber({ from: 4, to: 100_000 }), 500)
    .option(
      '--epochs <n>',
      'epochs of every run (default: 300, as published; thorough 200)',
      wholeNumber({ from: fewestEpochs, to: 10_000 }),
    )
    .option(
      '--particles <n>',
      'draws of the latents of each cell; the paper says 5000, its code has 1000',
      wholeNumber({ from: 1, to: 1_000_000 }),
      publishedParticles,
    )
    .addOption(
      new Option(
        '--search [seeds]',
        'choose the settings of each model on each screen by disentanglement ranking over the grid of Table 4, with so many seeds (default: 3); --epochs then replaces its epochs. Much longer',
      )
        .preset('3')
        .argParser(wholeNumber({ from: fewestSeeds, to: 100 })),
    )
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
    .addOption(
      new Option('--keep <what>', 'projects of the runs, which the app opens, or only records and tables')
        .choices(['none', 'runs'])
        .default('runs'),
    )
    .option('--json', 'print one JSON document')
    .action((name: StudyName, flags: Flags) =>
      perform(
        flags.json ?? false,
        async (session) => {
          const choices = choicesOf(name, flags)
          const { study, settings, directory } = choices
          await sayPlan(session.terminal, choices)
          const { records, failures } = await runStudy(session, choices)
          const rows = summarise(study, records)
          const { search, ...tables } = studyTablePaths(directory, study.name)
          const files = settings.search === null ? tables : { ...tables, search }
          return {
            value: { directory, files, ...documentOf(study, settings, rows), failures },
            lines: [...table(tableLines(study, rows)), `Tables: ${Object.values(files).join(', ')}`],
            problem: failures.at(0)?.problem,
          }
        },
        { tasksAtOnce: parallelOf(flags) },
      ),
    )
}
