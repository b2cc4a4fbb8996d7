import { rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { exportResults as writeExports, refinedLatentsFile } from '../../formats/exportResults'
import { readResults } from '../../formats/resultsFile'
import { refineLatents } from '../../interpretation/refineLatents'
import { readBaselinesFile } from '../../workspace/baselinesFile'
import { readEvaluation } from '../../workspace/evaluationFile'
import { fillFolder } from '../../workspace/fillFolder'
import { runPaths } from '../../workspace/projectPaths'
import { readRun } from '../../workspace/runFiles'
import type { Job } from '../job'
import { requireCheckpoint } from '../runInputs'
import { shareOf } from '../shareOf'

/** Writes every table, list and graph of a run into a folder; all of them or none. */
export const exportResults: Job<'exportResults'> = async ({ directory, run: id, to, refine }, context) => {
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
  const begun = refine ? 0.8 : 0.2
  const labelled = refine
    ? await refineLatents(await requireCheckpoint(directory, id), results.screen, {
        signal,
        ...shareOf(context, 0.1, begun),
      })
    : undefined
  const files = await fillFolder(to, async (staging) => {
    const work = { signal, ...shareOf(context, begun, 1) }
    const written = await writeExports(results, run, staging, comparison, { ...work, labelled })
    return written.map((file) => ({ ...file, path: join(to, relative(staging, file.path)) }))
  })
  // That of an earlier export.
  if (!labelled) await rm(join(to, refinedLatentsFile), { force: true })
  return { files }
}
