import type { FolderEntry } from '@contract/requests'
import { exportedFiles } from '../../text/exports'

/** A file or folder that an export writes; `entry` is what lies there now, null before it was written. */
export interface ExportedPlace {
  name: string
  meaning: string
  entry: FolderEntry | null
}

/** All that an export writes, in the order in which it is most often wanted, with what is in the folder already. */
export function exportedPlaces(entries: readonly FolderEntry[]): ExportedPlace[] {
  return [...exportedFiles].map(([name, meaning]) => ({
    name,
    meaning,
    entry: entries.find((one) => one.name === name) ?? null,
  }))
}

/** The folder proposed for a run: its own one among the project's exports. */
export function proposedFolder(projectDirectory: string, run: string): string {
  const separator = projectDirectory.includes('\\') ? '\\' : '/'
  return [projectDirectory, 'exports', run].join(separator)
}
