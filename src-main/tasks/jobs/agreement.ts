import { runAgreement, type FinishedRun } from '../../evaluation/agreement'
import { readResults } from '../../formats/resultsFile'
import { runPaths } from '../../workspace/projectPaths'
import { readRun } from '../../workspace/runFiles'
import type { Job } from '../job'

/** How far runs that differ only in their seed agree; runs of another preparation of the screen are left out. */
export const agreement: Job<'agreement'> = async ({ directory, runs }) => {
  const all = await Promise.all(runs.map((run) => readRun(directory, run)))
  const finished: FinishedRun[] = []
  for (const { id, configuration, screenSha256 } of all) {
    if (screenSha256 !== all[0].screenSha256) continue
    const results = await readResults(runPaths(directory, id).results)
    finished.push({ run: id, configuration, results })
  }
  return runAgreement(finished)
}
