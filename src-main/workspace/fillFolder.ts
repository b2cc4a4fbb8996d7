import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { partialPath } from './writeBeside'

/** Files in a folder and its subfolders, relative to it. */
async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(relative(directory, entry.parentPath), entry.name))
}

/**
 * Writes several files into a folder (made when missing) so that either all of them arrive or none: they are written
 * into a hidden folder inside it first. Other files in the folder stay.
 * @param write fills the folder it is given
 * @throws whatever `write` throws; nothing is left behind then
 */
export async function fillFolder<Result>(
  directory: string,
  write: (staging: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(directory, { recursive: true })
  const staging = partialPath(join(directory, 'export'))
  await mkdir(staging)
  try {
    const result = await write(staging)
    for (const file of await filesIn(staging)) {
      await mkdir(dirname(join(directory, file)), { recursive: true })
      await rename(join(staging, file), join(directory, file))
    }
    return result
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}
