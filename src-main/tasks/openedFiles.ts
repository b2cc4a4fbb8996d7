import { stat } from 'node:fs/promises'
import { readResults, type RunResults } from '../formats/resultsFile'
import { readPreparedScreen, readScreen } from '../formats/screenFile'
import type { PreparedScreen, Screen } from '../screen/screen'

interface Opened<Content> {
  readonly version: string
  readonly content: Promise<Content>
}

/**
 * Keeps the last files read in memory, as long as they stay the same on disk.
 * @param most files kept
 */
function keepOpened<Content>(
  read: (path: string) => Promise<Content>,
  most: number,
): (path: string) => Promise<Content> {
  const opened = new Map<string, Opened<Content>>()
  return async (path) => {
    const { mtimeMs, size, ino } = await stat(path)
    const version = `${mtimeMs} ${size} ${ino}`
    const before = opened.get(path)
    const entry = before?.version === version ? before : { version, content: read(path) }
    // Taken out and put back: the last used is the last in the map.
    opened.delete(path)
    opened.set(path, entry)
    const [oldest] = opened.keys()
    if (opened.size > most) opened.delete(oldest)
    try {
      return await entry.content
    } catch (error) {
      if (opened.get(path) === entry) opened.delete(path)
      throw error
    }
  }
}

/** The screen as imported. */
export const openScreen: (path: string) => Promise<Screen> = keepOpened(readScreen, 1)
export const openPreparedScreen: (path: string) => Promise<PreparedScreen> = keepOpened(readPreparedScreen, 1)
export const openResults: (path: string) => Promise<RunResults> = keepOpened(readResults, 2)
