import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { HoldOutRecipe, Recipe } from '@contract/recipe'
import type { PrepareReport } from '@contract/reports'
import type { Perform } from '../command'
import { geneCount, holdOutRule, share, wholeNumber } from '../flags'
import { openProject, prepareScreen, withRecipe } from '../stages'
import { counted, table } from '../wording'
import { findingLines } from './inspect'

interface Flags {
  readonly project: string
  readonly minCounts?: number
  readonly minGenes?: number
  readonly minCellsPerPerturbation?: number
  readonly genes?: number | 'all'
  readonly holdOut?: HoldOutRecipe
  readonly validation?: number
  readonly seed?: number
  readonly json?: true
}

/** The recipe with the flags that were given; the others stay as they are. */
function withFlags(recipe: Recipe, flags: Flags): Recipe {
  const { quality, split } = recipe
  return {
    ...recipe,
    quality: {
      minimumCounts: flags.minCounts ?? quality.minimumCounts,
      minimumGenes: flags.minGenes ?? quality.minimumGenes,
      minimumCellsPerPerturbation: flags.minCellsPerPerturbation ?? quality.minimumCellsPerPerturbation,
      variableGenes: flags.genes ?? quality.variableGenes,
    },
    holdOut: flags.holdOut ?? recipe.holdOut,
    split: {
      ...split,
      validationShare: flags.validation ?? split.validationShare,
      seed: flags.seed ?? split.seed,
    },
  }
}

export function prepareReportLines(report: PrepareReport): string[] {
  const { cells, genes, perturbations } = report
  const heldOut = perturbations.filter((entry) => entry.heldOut)
  return [
    `${counted(cells.kept, 'cell')}, ${counted(genes.kept, 'gene')} and ${counted(perturbations.filter((entry) => !entry.control).length, 'perturbation')} kept`,
    ...table([
      ['  cells imported', cells.imported],
      ['  removed: too few counts', cells.tooFewCounts],
      ['  removed: too few genes', cells.tooFewGenes],
      ['  removed: small perturbations', cells.inSmallPerturbations],
      ['  to train on', cells.train],
      ['  for validation', cells.validation],
      ['  held out (test)', cells.test],
    ]),
    ...(heldOut.length === 0
      ? []
      : [`  held-out perturbations: ${heldOut.map((entry) => entry.name).join(', ')}`]),
    ...findingLines(report.findings),
  ]
}

export function addPrepare(program: Command, perform: Perform): void {
  program
    .command('prepare')
    .summary('choose cells, genes and held-out perturbations')
    .description(
      'Applies the quality thresholds, chooses variable genes, holds perturbations out and splits the cells. What is not given stays as in the recipe of the project.',
    )
    .requiredOption('--project <folder>', 'folder of the project')
    .option('--min-counts <n>', 'fewest counts (UMIs) of a kept cell', wholeNumber({ from: 0 }))
    .option('--min-genes <n>', 'fewest detected genes of a kept cell', wholeNumber({ from: 0 }))
    .option(
      '--min-cells-per-perturbation <n>',
      'fewest cells of a kept perturbation',
      wholeNumber({ from: 1 }),
    )
    .option(
      '--genes <n|all>',
      'number of variable genes to keep; targets of the screen are always kept',
      geneCount,
    )
    .option(
      '--hold-out <rule>',
      'perturbations that the model never sees: none, random:SHARE, strongest:N, pathway:FILE.gmt#NAME, or list:FILE with one a line',
      holdOutRule,
    )
    .option(
      '--validation <share>',
      'share of the training cells kept for validation, at most 0.5',
      share(0.5),
    )
    .option('--seed <n>', 'seed of the hold-out and the split', wholeNumber({ from: 0, to: 0xffffffff }))
    .option('--json', 'print one JSON document')
    .action((flags: Flags) =>
      perform(flags.json ?? false, async (session) => {
        const directory = resolve(flags.project)
        const seconds = await withRecipe(
          session,
          directory,
          (recipe) => withFlags(recipe, flags),
          () => prepareScreen(session, directory),
        )
        const { project } = await openProject(session, directory)
        const report = project.prepared?.report
        return {
          value: { directory, seconds, report },
          lines: report ? prepareReportLines(report) : [],
        }
      }),
    )
}
