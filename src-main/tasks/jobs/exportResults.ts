import { join, relative } from 'node:path'
import { exportResults as writeExports } from '../../formats/exportResults'
import { readResults } from '../../formats/resultsFile'
import { readBaselinesFile } from '../../workspace/baselinesFile'
import { readEvaluation } from '../../workspace/evaluationFile'
import { fillFolder } from '../../workspace/fillFolder'
import { runPaths } from '../../workspace/projectPaths'
import { readRun } from '../../workspace/runFiles'
import type { Job } from '../job'
import { shareOf } from '../shareOf'

/** Writes every table, list and graph of a run into a folder; all of them or none. */
export const exportResults: Job<'exportResults'> = async ({ directory, run: id, to }, context) => {
  context.progress(0, 'Opening the results')
  const run = await readRun(directory, id)
  const results = await readResults(runPaths(directory, id).results)
  const { signal } = context
  const baselines = await readBaselinesFile(directory, run.screenSha256)
  const comparison = baselines && {
    baselines,
    ica: baselines.ica,
    evaluation: await readEvaluation(directory, id),
  }
  const files = await fillFolder(to, async (staging) => {
    const written = await writeExports(results, run, staging, comparison, {
      signal,
      ...shareOf(context, 0.2, 1),
    })
    return written.map((file) => ({ ...file, path: join(to, relative(staging, file.path)) }))
  })
  return { files }
}
