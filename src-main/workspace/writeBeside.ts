import { randomBytes } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ShiftscopeError } from '@contract/errors'

/** Ending of every file that is still being written. */
const partialEnding = '.partial'

/** A disk with less than this left is called full when a library reports a failed write without saying why. */
const fullDiskBytes = 1024 * 1024

/** Partial files that this process is writing. */
const underWay = new Set<string>()

/** A path beside `path`, in the same folder, so that renaming it into place is one atomic step. */
export function partialPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}${partialEnding}`)
}

/**
 * Whether a failed write failed because the disk is full. HDF5 reports a failed write without the system's reason, so
 * the space that is left decides where the error does not say.
 */
async function asWriteFailure(error: unknown, directory: string): Promise<unknown> {
  if (error instanceof ShiftscopeError) return error
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error
  const space = await statfs(directory).catch(() => null)
  if (!space || space.bavail * space.bsize > fullDiskBytes) return error
  return new ShiftscopeError(
    {
      code: 'files/diskFull',
      message: 'The disk is full. Nothing half-written was kept.',
      where: directory,
      hint: 'Free some space or choose another disk, then run the step again.',
      details: error instanceof Error ? error.stack : String(error),
    },
    { cause: error },
  )
}

/** Waits until the bytes of a file, or the entries of a folder, are on the disk. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows opens no folders; its file system journals renames by itself.
  if (process.platform !== 'win32') await flush(path)
}

/** A finished file that waits beside its place. */
export interface StagedFile {
  readonly partial: string
  readonly path: string
}

/**
 * Writes a file beside its place and flushes it, without putting it there yet.
 * @param write fills the file at the path it is given
 * @throws whatever `write` throws, `files/diskFull` when the disk has no room; the partial file is removed
 */
export async function stage(path: string, write: (partial: string) => Promise<void>): Promise<StagedFile> {
  await mkdir(dirname(path), { recursive: true })
  const partial = partialPath(path)
  underWay.add(partial)
  try {
    await write(partial)
    await flush(partial)
  } catch (error) {
    underWay.delete(partial)
    await rm(partial, { force: true })
    throw await asWriteFailure(error, dirname(path))
  }
  return { partial, path }
}

/** Puts a staged file into its place, over what is there, and waits until the disk knows. */
export async function putInPlace(staged: StagedFile): Promise<void> {
  try {
    await rename(staged.partial, staged.path)
  } catch (error) {
    await rm(staged.partial, { force: true })
    throw error
  } finally {
    underWay.delete(staged.partial)
  }
  await flushFolder(dirname(staged.path))
}

/**
 * Writes a file so that a reader sees the old one or the whole new one, never a part, whatever fails meanwhile.
 * @param write fills the file at the path it is given
 * @throws as `stage` does
 */
export async function writeBeside(path: string, write: (partial: string) => Promise<void>): Promise<void> {
  await putInPlace(await stage(path, write))
}

/** Writes text or bytes as `writeBeside` does. */
export async function writeFileBeside(path: string, content: string | Uint8Array): Promise<void> {
  await writeBeside(path, async (partial) => {
    const handle = await open(partial, 'wx')
    try {
      await handle.writeFile(content)
    } finally {
      await handle.close()
    }
  })
}

/**
 * Removes what crashed writers left in a folder, and in its subfolders unless told otherwise. Only for a caller who
 * knows that no other process writes there now (who holds the project's lock); writes of this one are left alone.
 * @returns the paths removed
 */
export async function removeLeftovers(directory: string, { recursive = true } = {}): Promise<string[]> {
  const leftovers = (await entriesOf(directory, recursive))
    .filter((entry) => entry.name.startsWith('.') && entry.name.endsWith(partialEnding))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !underWay.has(path))
  for (const path of leftovers) await rm(path, { force: true, recursive: true })
  return leftovers
}

async function entriesOf(directory: string, recursive: boolean): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true, recursive })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
