import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { FolderEntry, ResponseBody } from '@contract/requests'

const matrixFile = /matrix\.mtx(\.gz)?$/

/** What a folder can be opened as, by the names in it; null also where it may not be looked into. */
async function recognise(directory: string): Promise<FolderEntry['looksLike']> {
  const names = await readdir(directory).catch((): string[] => [])
  if (names.includes('project.json') && names.includes('recipe.yaml')) return 'project'
  return names.some((name) => matrixFile.test(name)) ? 'tenx-folder' : null
}

async function describeEntry(path: string, name: string): Promise<FolderEntry | null> {
  // A link that leads nowhere, or a file that went away meanwhile, is not offered.
  const facts = await stat(path).catch(() => null)
  if (!facts || !(facts.isDirectory() || facts.isFile())) return null
  const folder = facts.isDirectory()
  return {
    name,
    path,
    kind: folder ? 'folder' : 'file',
    looksLike: folder ? await recognise(path) : null,
    bytes: folder ? null : facts.size,
    modifiedAt: facts.mtime.toISOString(),
  }
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/**
 * A folder's entries, folders first, without the hidden ones.
 * @param directory null lists the home folder
 * @throws the system's error when the folder is missing or may not be read
 */
export async function listFolder(directory: string | null): Promise<ResponseBody<'files/list'>> {
  const folder = resolve(directory ?? homedir())
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  const described = await Promise.all(names.map((name) => describeEntry(join(folder, name), name)))
  const entries = described
    .filter((entry) => entry !== null)
    .sort((a, b) => (a.kind === b.kind ? byName.compare(a.name, b.name) : a.kind === 'folder' ? -1 : 1))
  const parent = dirname(folder)
  return { directory: folder, parent: parent === folder ? null : parent, entries }
}
