import { offeredColumns } from '../../training/offeredColumns'
import { projectPaths } from '../../workspace/projectPaths'
import type { Job } from '../job'
import { openPreparedScreen } from '../openedFiles'

/** What the columns of the cell annotation can be chosen for. */
export const columns: Job<'columns'> = async ({ directory, covariates }) =>
  offeredColumns(await openPreparedScreen(projectPaths(directory).screen), covariates)
