import { readPreparedScreen } from '../../formats/screenFile'
import { projectPaths } from '../../workspace/projectPaths'
import { sha256OfFile } from '../../workspace/sources'
import type { Job } from '../job'
import { computeBaselines } from '../screenBaselines'
import { shareOf } from '../shareOf'

/** Computes the simple rows of the prepared screen, in place of those that are there. */
export const baselines: Job<'baselines'> = async ({ directory, ...options }, context) => {
  context.progress(0, 'Opening the screen')
  const path = projectPaths(directory).screen
  const screenSha256 = await sha256OfFile(path)
  const screen = await readPreparedScreen(path)
  const work = { signal: context.signal, ...shareOf(context, 0.05, 1) }
  await computeBaselines(directory, screen, { ...options, screenSha256 }, work)
  return {}
}
