import type { RecipeInput } from '@contract/recipe'
import { modelPresets } from '@contract/recipe'
import { controlName } from '../screen/screen'
import { readSimulation, simulationPaths } from '../workspace/simulationFiles'

/** Screens of more genes are cut down to so many variable ones, as any other. */
const mostGenes = 3000

/**
 * The recipe of a simulated screen that asks nothing more: every perturbation is kept, those meant to be held out are
 * held out, and the model has as many latents as the truth.
 * @param directory folder of the simulation
 * @throws ShiftscopeError as `readSimulation`
 */
export async function simulatedScreenRecipe(directory: string): Promise<RecipeInput> {
  const { report } = await readSimulation(directory)
  return {
    screen: {
      counts: simulationPaths(directory).screen,
      perturbationColumn: 'perturbation',
      controls: report.controlCells > 0 ? [controlName] : [],
    },
    quality: {
      minimumCellsPerPerturbation: 1,
      variableGenes: report.genes > mostGenes ? mostGenes : 'all',
    },
    holdOut: report.heldOut.length > 0 ? { rule: 'list', perturbations: report.heldOut } : { rule: 'none' },
    // A held-out target may also be part of a simulated combination.
    split: { sharedTargets: 'holdOutToo' },
    models: [{ ...modelPresets.thorough, latents: report.latents }],
  }
}
