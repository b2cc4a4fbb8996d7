import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Source } from '@contract/project'
import type { ScreenRecipe } from '@contract/recipe'
import { resolveRecipePath } from './recipeFile'

/** SHA-256 of a file, in hexadecimal, read in pieces. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal })
  return hash.digest('hex')
}

/** The files of a 10x folder that make up its matrix; any other path stands for itself. */
async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = await readdir(path)
  return names
    .filter((name) => /(matrix\.mtx|barcodes\.tsv|features\.tsv|genes\.tsv)(\.gz)?$/.test(name))
    .sort()
    .map((name) => join(path, name))
}

/**
 * The files that a screen's recipe names, with size in bytes and SHA-256 as they are now.
 * @param baseDirectory folder that relative paths of the recipe start from
 */
export async function describeSources(
  recipe: ScreenRecipe,
  baseDirectory: string,
  signal?: AbortSignal,
): Promise<Source[]> {
  const named: [Source['role'], string | null][] = [
    ['counts', recipe.counts],
    ['guides', recipe.guides],
    ['guideTargets', recipe.guideTargets],
  ]
  const sources: Source[] = []
  for (const [role, path] of named) {
    if (path === null) continue
    for (const file of await filesOf(resolveRecipePath(baseDirectory, path))) {
      const { size } = await stat(file)
      sources.push({ role, path: file, bytes: size, sha256: await sha256OfFile(file, signal) })
    }
  }
  return sources
}

/**
 * The first source whose size on disk is not what it was when it was read; null where there is none. Sources that
 * are gone do not count: the project has all it needs of them.
 */
export async function findChangedSource(sources: readonly Source[]): Promise<Source | null> {
  for (const source of sources) {
    const facts = await stat(source.path).catch(() => null)
    if (facts && facts.size !== source.bytes) return source
  }
  return null
}
