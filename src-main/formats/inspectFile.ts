import type { Inspection } from '@contract/inspection'
import { describePath, emptyFile } from './fileProblems'
import { loadTable } from './guides/tableColumns'
import { isHdf5 } from './hdf5/openHdf5'
import { inspectCounts } from './inspect/inspectCounts'
import { inspectGeneSets, inspectGuideTargets, inspectGuides } from './inspect/inspectTables'
import { looksLikeGeneSets, tableKind } from './inspect/tableKind'
import { refuseForeignKinds } from './openCounts'
import { firstLines } from './text/readTable'

const sampleRows = 50

/**
 * Says what a file or folder is (counts, guides, guide-to-target table, gene sets), what is in it, and what is wrong
 * with it. The kind is told by the content.
 * @throws ShiftscopeError for what cannot be read at all, with the reason, the place and the remedy
 */
export async function inspectFile(path: string): Promise<Inspection> {
  const { kind, bytes } = await describePath(path)
  if (kind === 'folder') return inspectCounts(path)
  if (bytes === 0) throw emptyFile(path)
  if (/\.(?:mtx(?:\.gz)?|h5|hdf5|h5ad)$/i.test(path) || (await isHdf5(path))) return inspectCounts(path)
  await refuseForeignKinds(path)
  if (looksLikeGeneSets(path, await firstLines(path, sampleRows))) return inspectGeneSets(path)
  switch (tableKind(await loadTable(path, sampleRows))) {
    case 'counts':
      return inspectCounts(path)
    case 'guides':
      return inspectGuides(path)
    case 'guide-targets':
      return inspectGuideTargets(path)
  }
}
