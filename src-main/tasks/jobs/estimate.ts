import { estimateTraining } from '../../training/estimate'
import { projectPaths } from '../../workspace/projectPaths'
import type { Job } from '../job'
import { openPreparedScreen } from '../openedFiles'

/** Expected time and memory of a run, from a few timed steps. */
export const estimate: Job<'estimate'> = async ({ directory, model }) =>
  estimateTraining(await openPreparedScreen(projectPaths(directory).screen), model)
