import { resolve } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import type { SimulationRecipe } from '@contract/simulation'
import { isProject } from '../workspace/createProject'
import { readProject } from '../workspace/projectFile'
import { makeSimulationFolder } from '../workspace/simulationFiles'
import { removeLeftovers } from '../workspace/writeBeside'
import type { TaskPlan } from './taskPlan'

const stopWithinMs = 5000

/**
 * Simulates a screen into a folder.
 * @throws ShiftscopeError `simulation/folderTaken`; `project/notImported` when it is made from a project without cells
 */
export async function planSimulation(
  recipe: SimulationRecipe,
  to: string,
): Promise<TaskPlan<'simulateScreen'>> {
  const directory = resolve(to)
  if (recipe.kind === 'semi-synthetic' && (await isProject(recipe.from))) {
    const { imported } = await readProject(recipe.from)
    if (!imported) {
      throw new ShiftscopeError({
        code: 'project/notImported',
        message: 'The project has no imported screen yet, and so no control cells.',
        where: recipe.from,
        hint: 'Import its screen first (step 1, or "shiftscope import").',
      })
    }
  }
  await makeSimulationFolder(directory)
  return {
    kind: 'simulate',
    title: 'Simulate a screen',
    directory,
    run: null,
    job: 'simulateScreen',
    input: { recipe, to: directory },
    stopWithinMs,
    commit: () => Promise.resolve(),
    abandon: async () => {
      await removeLeftovers(directory, { recursive: false })
    },
  }
}
