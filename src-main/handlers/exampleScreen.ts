import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import { modelPresets, type RecipeInput } from '@contract/recipe'

export const exampleName = 'Example screen'

/**
 * The recipe of the bundled screen (THP-1 cells, 25 knocked-out genes).
 * @param resourcesDirectory folder that holds `exampleScreen/`
 * @throws `files/missing` when the installation lacks it
 */
export async function exampleRecipe(resourcesDirectory: string): Promise<RecipeInput> {
  const folder = join(resourcesDirectory, 'exampleScreen')
  const counts = join(folder, 'filtered_feature_bc_matrix')
  const there = await stat(counts).catch(() => null)
  if (!there) {
    throw new ShiftscopeError({
      code: 'files/missing',
      message: 'The bundled example screen is missing from this installation.',
      where: counts,
      hint: 'Install Shiftscope again.',
    })
  }
  return {
    screen: {
      counts,
      guides: join(folder, 'protospacer_calls_per_cell.csv'),
      guideTargets: join(folder, 'guide_targets.csv'),
      controls: ['non-targeting'],
    },
    models: [{ ...modelPresets.quick }],
  }
}
