import { ShiftscopeError } from '@contract/errors'
import { icaGenes as genesOf, icaGraph as graphOf } from '../../interpretation/icaGraph'
import { readBaselinesFile } from '../../workspace/baselinesFile'
import { projectPaths } from '../../workspace/projectPaths'
import type { Job } from '../job'
import { openPreparedScreen } from '../openedFiles'

export const icaGraph: Job<'icaGraph'> = async ({ directory, screenSha256 }) => {
  const baselines = await readBaselinesFile(directory, screenSha256)
  if (!baselines?.ica) return null
  return graphOf(await openPreparedScreen(projectPaths(directory).screen), baselines.ica)
}

export const icaGenes: Job<'icaGenes'> = async ({ directory, screenSha256, component, count }) => {
  const baselines = await readBaselinesFile(directory, screenSha256)
  if (!baselines?.ica) {
    throw new ShiftscopeError({
      code: 'evaluation/noIca',
      message: 'ICA of the effects was not computed for the screen as it is prepared now.',
      hint: 'Compute the simple rows first (Results, or "shiftscope evaluate --run none").',
    })
  }
  const screen = await openPreparedScreen(projectPaths(directory).screen)
  return genesOf(screen, baselines.ica, component, count)
}
