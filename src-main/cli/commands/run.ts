import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { readRecipeFile, withAbsolutePaths } from '../../workspace/recipeFile'
import type { Perform } from '../command'
import { runAll } from '../runAll'
import { inProject } from '../stages'

export function addRun(program: Command, perform: Perform): void {
  program
    .command('run')
    .summary('do all that a recipe says: import, prepare, train, export')
    .description(
      'Imports, prepares, trains, evaluates (where the recipe asks for it) and exports as a recipe (recipe.yaml of a project) says. Paths in the recipe are relative to its folder. The results go to exports/ in the project.',
    )
    .argument('<recipe>', 'recipe.yaml')
    .requiredOption('--project <folder>', 'folder of the project, made when missing')
    .option('--json', 'print one JSON document')
    .action((recipeFile: string, flags: { project: string; json?: true }) =>
      perform(flags.json ?? false, async (session) => {
        const file = resolve(recipeFile)
        const recipe = withAbsolutePaths(await readRecipeFile(file), dirname(file))
        const directory = resolve(flags.project)
        const { trained, evaluations, baselines, seconds } = await inProject(session, directory, () =>
          runAll(session, directory, recipe),
        )
        return {
          value: { directory, seconds, runs: trained, evaluations, baselines },
          lines: trained.map((one) => `${one.run.id}  ${one.exportedTo}`),
        }
      }),
    )
}
