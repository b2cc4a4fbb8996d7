import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { ShiftscopeError } from '@contract/errors'
import { screenRecipeSchema } from '@contract/recipe'
import type { ImportReport } from '@contract/reports'
import type { Perform } from '../command'
import { gather } from '../flags'
import { importScreen, inProject, openProject, withRecipe } from '../stages'
import { amount, counted, table } from '../wording'
import { findingLines } from './inspect'

interface Flags {
  readonly guides?: string
  readonly guideTargets?: string
  readonly perturbationColumn?: string
  readonly layer?: string
  readonly control?: string[]
  readonly multiple?: 'combine' | 'drop'
  readonly project: string
  readonly json?: true
}

export function importReportLines(report: ImportReport): string[] {
  const { cells, barcodes } = report
  return [
    `${counted(cells.labelled - cells.dropped, 'cell')} and ${counted(report.genes, 'gene')} imported`,
    ...table([
      ['  cells in the matrix', cells.inMatrix],
      ['  with a guide or label', cells.labelled],
      ['  without, left out', cells.unlabelled],
      ['  with several targets', cells.severalTargets],
      ['  of these dropped', cells.dropped],
      ['  control cells', cells.control],
    ]),
    ...(barcodes
      ? [
          `  ${amount(barcodes.matched)} of ${amount(barcodes.inTable)} barcodes of the guide table matched (${barcodes.rule})`,
        ]
      : []),
    `  ${counted(report.perturbations.filter((entry) => !entry.control).length, 'perturbation')}; controls: ${report.controls.length === 0 ? 'none' : report.controls.join(', ')}`,
    ...findingLines(report.findings),
  ]
}

function controlsOf(labels: string[] | undefined): 'auto' | string[] {
  if (!labels) return 'auto'
  if (!labels.includes('none')) return labels
  if (labels.length === 1) return []
  throw new ShiftscopeError({
    code: 'usage/controls',
    message:
      '--control none stands for a screen without controls and cannot be given together with other labels.',
    where: '--control',
    hint: 'Give either "none" or the labels of the controls.',
  })
}

export function addImport(program: Command, perform: Perform): void {
  program
    .command('import')
    .summary('read counts and guides into a project')
    .description(
      'Reads a count matrix and the guide of each cell into a project (made when missing). Without --guides and --perturbation-column the guides are called from the guide UMIs in the matrix.',
    )
    .argument('<counts>', '10x folder, 10x HDF5, h5ad, CSV or TSV')
    .option(
      '--guides <file>',
      'guide table: protospacer_calls_per_cell.csv, or a column of barcodes and one of guides',
    )
    .option('--guide-targets <file>', 'table that names the target gene of each guide')
    .option('--perturbation-column <column>', 'column of the cell annotation that holds the perturbation')
    .option('--layer <name>', 'where in an h5ad the counts are: X, raw/X or layers/NAME')
    .option(
      '--control <label>',
      'label of control guides or cells, may be given several times; "none" for a screen without controls (default: found by name)',
      gather,
    )
    .addOption(
      new Option('--multiple <rule>', 'cells with several targets: combined to A+B, or dropped')
        .choices(['combine', 'drop'])
        .default('combine'),
    )
    .requiredOption('--project <folder>', 'folder of the project')
    .option('--json', 'print one JSON document')
    .action((counts: string, flags: Flags) =>
      perform(flags.json ?? false, async (session) => {
        const screen = screenRecipeSchema.parse({
          counts: resolve(counts),
          layer: flags.layer ?? null,
          guides: flags.guides === undefined ? null : resolve(flags.guides),
          guideTargets: flags.guideTargets === undefined ? null : resolve(flags.guideTargets),
          perturbationColumn: flags.perturbationColumn ?? null,
          controls: controlsOf(flags.control),
          multiple: flags.multiple,
        })
        const directory = resolve(flags.project)
        const seconds = await inProject(session, directory, () =>
          withRecipe(
            session,
            directory,
            (recipe) => ({ ...recipe, screen }),
            () => importScreen(session, directory),
          ),
        )
        const { project } = await openProject(session, directory)
        const report = project.imported?.report
        return {
          value: { directory, seconds, report },
          lines: [...(report ? importReportLines(report) : []), `Project: ${directory}`],
        }
      }),
    )
}
