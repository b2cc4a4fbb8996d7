import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { LatentGenes } from '@contract/results'
import { exampleRecipe } from '../../handlers/exampleScreen'
import { createProject, freeFolder } from '../../workspace/createProject'
import type { Perform } from '../command'
import { demoLines, latentsInUse, sharedLatents } from '../demoSummary'
import { runAll } from '../runAll'
import { ask } from '../session'

const genesShown = 8

export function addDemo(program: Command, perform: Perform): void {
  program
    .command('demo')
    .summary('analyse the bundled screen, from counts to results')
    .description(
      'Imports, prepares, trains and exports the bundled screen (THP-1 cells, 25 knocked-out genes) with the quick preset and shows what came of it.',
    )
    .option('--to <folder>', 'empty or new folder for the project (default: shiftscope-demo here)')
    .option('--json', 'print one JSON document')
    .action((flags: { to?: string; json?: true }) =>
      perform(flags.json ?? false, async (session) => {
        const begun = performance.now()
        const recipe = await exampleRecipe(session.resourcesDirectory)
        const directory =
          flags.to === undefined ? await freeFolder(process.cwd(), 'shiftscope-demo') : resolve(flags.to)
        await createProject(directory, { name: 'Demo' })
        const summary = await runAll(session, directory, recipe, () => join(directory, 'exports'))
        const [{ run, exportedTo }] = summary.trained

        const graph = await ask(session, 'results/graph', { directory, run: run.id })
        const genes = new Map<string, LatentGenes>()
        for (const { name: latent } of (graph?.latents ?? []).filter(({ edges }) => edges > 0)) {
          genes.set(
            latent,
            await ask(session, 'results/genes', { directory, run: run.id, latent, count: genesShown }),
          )
        }
        const latents = latentsInUse(graph, genes)
        const wallSeconds = (performance.now() - begun) / 1000
        return {
          value: {
            directory,
            exportedTo,
            run,
            seconds: { ...summary.seconds, all: wallSeconds },
            cells: summary.project.project.prepared?.report.cells,
            peakMemoryBytes: run.metrics?.peakMemoryBytes,
            edges: run.metrics?.edges,
            latents,
            interferonPathway: sharedLatents(latents),
          },
          lines: demoLines(summary, latents, wallSeconds),
        }
      }),
    )
}
