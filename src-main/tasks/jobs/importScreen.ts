import { importScreen as readSources } from '../../formats/importScreen'
import { writeScreen } from '../../formats/screenFile'
import { projectPaths } from '../../workspace/projectPaths'
import { describeSources } from '../../workspace/sources'
import { stage } from '../../workspace/writeBeside'
import type { Job } from '../job'
import { shareOf } from '../shareOf'

/** Reads the files of the recipe and writes the imported screen beside its place. */
export const importScreen: Job<'importScreen'> = async ({ directory, screen: recipe }, context) => {
  const { signal } = context
  context.progress(0, 'Opening the files')
  const { screen, report } = await readSources(recipe, {
    baseDirectory: directory,
    signal,
    ...shareOf(context, 0, 0.75),
  })
  context.log(`${report.cells.labelled} of ${report.cells.inMatrix} cells carry a guide or label.`)
  context.progress(0.75, 'Taking the fingerprints of the files')
  const sources = await describeSources(recipe, directory, signal)
  const staged = await stage(projectPaths(directory).imported, (path) =>
    writeScreen(path, screen, { signal, ...shareOf(context, 0.8, 1) }),
  )
  return { staged, sources, report }
}
