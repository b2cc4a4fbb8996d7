import { readScreen } from '../../formats/screenFile'
import { measureEffects as measure } from '../../screen/effectSizes'
import { writeEffects } from '../../workspace/effectsFile'
import { projectPaths } from '../../workspace/projectPaths'
import type { Job } from '../job'
import { shareOf } from '../shareOf'

/** Measures the strength of every perturbation and writes `effects.json`. */
export const measureEffects: Job<'measureEffects'> = async ({ directory, quality, importedAt }, context) => {
  context.progress(0, 'Opening the screen')
  const screen = await readScreen(projectPaths(directory).imported)
  const { signal } = context
  const effects = await measure(screen, quality, { signal, ...shareOf(context, 0.1, 1) })
  await writeEffects(directory, { importedAt, quality, effects })
  return {}
}
