import { readFile } from 'node:fs/promises'
import { ShiftscopeError } from '@contract/errors'
import type { Run } from '@contract/run'
import { readPreparedScreen } from '../formats/screenFile'
import type { PreparedScreen } from '../screen/screen'
import { decodeCheckpoint, type Checkpoint } from '../training/checkpoint'
import { projectPaths, runPaths } from '../workspace/projectPaths'
import { sha256OfFile } from '../workspace/sources'

/** What jobs that train, or go on from what was trained, begin with. */

/** At most so much work is lost in a crash; the variable SHIFTSCOPE_CHECKPOINT_SECONDS sets another interval. */
export const secondsBetweenCheckpoints = Number(process.env.SHIFTSCOPE_CHECKPOINT_SECONDS ?? 20)

/** The screen that the run is of. @throws `training/otherScreen` when it was prepared anew since */
export async function openScreenOf(directory: string, run: Run): Promise<PreparedScreen> {
  const path = projectPaths(directory).screen
  if ((await sha256OfFile(path)) === run.screenSha256) return readPreparedScreen(path)
  throw new ShiftscopeError({
    code: 'training/otherScreen',
    message: `The screen was prepared again since run ${run.id} began, so the run cannot go on.`,
    where: path,
    hint: 'Start a new run on the screen as it is now.',
  })
}

/** The values of a run that is done. @throws `run/noWeights`, `checkpoint/damaged` */
export async function requireCheckpoint(directory: string, run: string): Promise<Checkpoint> {
  const path = runPaths(directory, run).checkpoint
  const checkpoint = await readCheckpoint(path)
  if (checkpoint) return checkpoint
  throw new ShiftscopeError({
    code: 'run/noWeights',
    message: `The values of run ${run} are missing.`,
    where: path,
    hint: 'Restore the file from a backup, or train the run again.',
  })
}

/** The run's checkpoint; null when it has none yet. @throws `checkpoint/damaged` */
export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  try {
    // As plain bytes: a Buffer's slice shares memory where an array's copies.
    return decodeCheckpoint(new Uint8Array(await readFile(path)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
