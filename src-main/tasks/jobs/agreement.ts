import { ShiftscopeError } from '@contract/errors'
import type { Run } from '@contract/run'
import { runAgreement, type FinishedRun } from '../../evaluation/agreement'
import { rankSetting as rank } from '../../evaluation/settingRanking'
import { readResults } from '../../formats/resultsFile'
import { runPaths } from '../../workspace/projectPaths'
import { readRun } from '../../workspace/runFiles'
import type { Job } from '../job'

async function finishedRun(directory: string, { id, configuration }: Run): Promise<FinishedRun> {
  return { run: id, configuration, results: await readResults(runPaths(directory, id).results) }
}

/** How far runs that differ only in their seed agree; runs of another preparation of the screen are left out. */
export const agreement: Job<'agreement'> = async ({ directory, runs }) => {
  const all = await Promise.all(runs.map((run) => readRun(directory, run)))
  const finished: FinishedRun[] = []
  for (const run of all) {
    if (run.screenSha256 === all[0].screenSha256) finished.push(await finishedRun(directory, run))
  }
  return runAgreement(finished)
}

/**
 * How far the runs of one setting agree.
 * @throws ShiftscopeError `evaluation/otherScreen` when they are of different preparations of the screen
 */
export const rankSetting: Job<'rankSetting'> = async ({ directory, runs: ids }) => {
  const all = await Promise.all(ids.map((run) => readRun(directory, run)))
  const other = all.find(({ screenSha256 }) => screenSha256 !== all[0].screenSha256)
  if (other) {
    throw new ShiftscopeError({
      code: 'evaluation/otherScreen',
      message: `Runs ${all[0].id} and ${other.id} are of different preparations of the screen.`,
      hint: 'Compare runs that were trained since the screen was last prepared.',
    })
  }
  const finished: FinishedRun[] = []
  for (const run of all) finished.push(await finishedRun(directory, run))
  const { ranking, runs } = rank(finished)
  return {
    ranking,
    runs: runs.map((judged, at) => ({
      ...judged,
      epochs: all[at].epochsDone,
      validationNegativeElbo: all[at].metrics?.validationNegativeElbo ?? null,
    })),
  }
}
