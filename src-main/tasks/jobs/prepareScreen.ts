import { readScreen, writeScreen } from '../../formats/screenFile'
import { prepareScreen as prepare } from '../../screen/prepareScreen'
import { readEffects } from '../../workspace/effectsFile'
import { readProject } from '../../workspace/projectFile'
import { projectPaths } from '../../workspace/projectPaths'
import { sha256OfFile } from '../../workspace/sources'
import { stage } from '../../workspace/writeBeside'
import type { Job } from '../job'
import { pathwayGenes } from '../pathwayGenes'
import { shareOf } from '../shareOf'

/** Applies quality, hold-out and split, and writes the prepared screen beside its place. */
export const prepareScreen: Job<'prepareScreen'> = async (input, context) => {
  const { directory, quality, holdOut, split } = input
  const { signal } = context
  const paths = projectPaths(directory)
  context.progress(0, 'Opening the screen')
  const screen = await readScreen(paths.imported)
  const effects = await readEffects(directory, await readProject(directory), quality)
  const prepared = await prepare(
    screen,
    {
      quality,
      holdOut,
      split,
      pathwayGenes: await pathwayGenes(holdOut, directory),
      effects: effects ?? undefined,
    },
    { signal, ...shareOf(context, 0.1, 0.7) },
  )
  const staged = await stage(paths.screen, (path) =>
    writeScreen(path, prepared.screen, { signal, ...shareOf(context, 0.7, 0.95) }),
  )
  context.progress(0.95, 'Taking the fingerprint of the screen')
  const screenSha256 = await sha256OfFile(staged.partial, signal)
  return { staged, screenSha256, report: prepared.report }
}
