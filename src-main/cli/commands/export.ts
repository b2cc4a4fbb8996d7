import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Perform } from '../command'
import { exportRun, findRun, latestRun, openProject } from '../stages'
import { duration } from '../wording'

interface Flags {
  readonly project: string
  readonly run: string
  readonly to: string
  readonly refine?: true
  readonly json?: true
}

export function addExport(program: Command, perform: Perform): void {
  program
    .command('export')
    .summary('write the results of a run into a folder')
    .description(
      'Writes the target graph (CSV, GraphML), the genes of each latent (text, GMT, RNK), the latents of each cell (CSV), all of it as h5ad, and the description of the run (JSON).',
    )
    .requiredOption('--project <folder>', 'folder of the project')
    .requiredOption('--run <id>', 'the run, or "latest" for the newest that is done')
    .requiredOption('--to <folder>', 'folder for the files, made when missing')
    .option(
      '--refine',
      "also write refined_latents.csv: latents optimised under the prior of each cell's own perturbation. This uses the label of every cell; not for telling labels apart",
    )
    .option('--json', 'print one JSON document')
    .action((flags: Flags) =>
      perform(flags.json ?? false, async (session) => {
        const project = await openProject(session, resolve(flags.project))
        const run = flags.run === 'latest' ? latestRun(project) : findRun(project, flags.run)
        const to = resolve(flags.to)
        const seconds = await exportRun(session, project.directory, run.id, to, flags.refine)
        return {
          value: { directory: project.directory, run: run.id, to, seconds },
          lines: [`Run ${run.id} exported in ${duration(seconds)} to ${to}`],
        }
      }),
    )
}
