import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import { describePath } from '../fileProblems'

/** The three files of a 10x matrix. */
export interface TenxFiles {
  readonly matrix: string
  readonly barcodes: string
  readonly features: string
}

const matrixName = /^(.*?)matrix\.mtx(?:\.gz)?$/i
const anyMatrixName = /^(.*?)[._-]?[^._-]*\.mtx(?:\.gz)?$/i
const tables = '\\.(?:tsv|csv|txt)(?:\\.gz)?$'

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** The name before `matrix.mtx`: GEO and many laboratories put the sample there. */
function prefixOf(name: string): string {
  return matrixName.exec(name)?.[1] ?? anyMatrixName.exec(name)?.[1] ?? ''
}

/** Whether the names of a folder's entries include a MatrixMarket file. */
export function holdsMatrix(names: readonly string[]): boolean {
  return names.some((name) => /\.mtx(?:\.gz)?$/i.test(name))
}

/**
 * Finds `matrix.mtx`, `barcodes.tsv` and `features.tsv` (or `genes.tsv`; `.csv`; each plain or gzip; with a common
 * prefix) in a folder, or beside a chosen `.mtx` file.
 * @throws ShiftscopeError `files/missing`, `import/noMatrixInFolder`, `import/severalMatrices`, `import/missingTenxFile`
 */
export async function locateTenxFiles(path: string): Promise<TenxFiles> {
  const { kind } = await describePath(path)
  const folder = kind === 'folder' ? path : dirname(path)
  const names = (await readdir(folder)).sort()
  const matrix = kind === 'folder' ? chooseMatrix(path, names) : basename(path)
  const prefix = prefixOf(matrix)
  const find = (stem: string, instead: string): string => {
    for (const start of new Set([prefix, ''])) {
      const pattern = new RegExp(`^${escapePattern(start)}(?:${stem})${tables}`, 'i')
      const found = names.find((name) => pattern.test(name))
      if (found !== undefined) return join(folder, found)
    }
    throw new ShiftscopeError({
      code: 'import/missingTenxFile',
      message: `The folder has "${matrix}" but no file "${prefix}${instead}" beside it.`,
      where: folder,
      hint: `Put "${prefix}${instead}" (or "${prefix}${instead}.gz") into the same folder.`,
    })
  }
  return {
    matrix: join(folder, matrix),
    barcodes: find('barcodes?|cells?', 'barcodes.tsv'),
    features: find('features?|genes?', 'features.tsv'),
  }
}

function chooseMatrix(folder: string, names: readonly string[]): string {
  const candidates = names.filter((name) => /\.mtx(?:\.gz)?$/i.test(name))
  if (candidates.length === 0) throw noMatrix(folder, names)
  const exact = candidates.filter((name) => /^matrix\.mtx(?:\.gz)?$/i.test(name))
  const chosen = exact.length > 0 ? exact : candidates
  // The same matrix plain and packed side by side is one matrix.
  const different = new Set(chosen.map((name) => name.replace(/\.gz$/i, '')))
  if (different.size > 1) {
    throw new ShiftscopeError({
      code: 'import/severalMatrices',
      message: `The folder holds ${different.size} matrices: ${[...different].slice(0, 3).join(', ')}${different.size > 3 ? ', …' : ''}.`,
      where: folder,
      hint: 'Choose one of the .mtx files instead of the folder, or put each sample into a folder of its own.',
    })
  }
  return chosen[0]
}

function noMatrix(folder: string, names: readonly string[]): ShiftscopeError {
  const inside =
    names.length === 0
      ? 'It is empty.'
      : `It holds ${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}.`
  const nested = names.find((name) => /(?:filtered|raw)_(?:feature|gene)_bc_matri/i.test(name))
  return new ShiftscopeError({
    code: 'import/noMatrixInFolder',
    message: `The folder has no matrix: "matrix.mtx" or "matrix.mtx.gz" is expected in it. ${inside}`,
    where: folder,
    hint: nested
      ? `Choose "${nested}" inside this folder.`
      : 'Choose the folder that Cell Ranger calls "filtered_feature_bc_matrix", or a file (.h5, .h5ad, .csv).',
  })
}
