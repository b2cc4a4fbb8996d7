import { ShiftscopeError } from '@contract/errors'
import type { CountMatrix } from '../screen/countMatrix'
import type { CountsFile, FeatureKind, StoredMatrix } from './countsFile'
import { stopIfAborted } from './fileProblems'
import type { PassOptions, Survey } from './survey'

/** Which part of a stored matrix to build. */
export interface Selection {
  readonly kind: Extract<FeatureKind, 'gene' | 'guide'>
  /** Cells of the file to keep, ascending; all where absent. */
  readonly cells?: Uint32Array
}

/** New position of each old one; -1 where it is left out. */
function positions(size: number, kept: Iterable<number>): Int32Array {
  const newOf = new Int32Array(size).fill(-1)
  let next = 0
  for (const old of kept) newOf[old] = next++
  return newOf
}

function smallestCounts(length: number, largest: number): Uint8Array | Uint16Array | Uint32Array {
  if (largest <= 0xff) return new Uint8Array(length)
  return largest <= 0xffff ? new Uint16Array(length) : new Uint32Array(length)
}

/**
 * Second pass over a matrix that was surveyed: scatters the counts of the chosen features and cells into compressed
 * rows, whatever order they are stored in. Holds the result and one block.
 * @throws ShiftscopeError `import/tooManyEntries`, `import/duplicateEntry`
 */
export async function fillMatrix(
  file: CountsFile,
  matrix: StoredMatrix,
  survey: Survey,
  selection: Selection,
  options: PassOptions = {},
): Promise<CountMatrix> {
  const { kinds } = matrix.features
  const kept = kinds.flatMap((kind, feature) => (kind === selection.kind ? [feature] : []))
  const newFeature = positions(kinds.length, kept)
  const keptCells = selection.cells ?? Uint32Array.from(file.barcodes.keys())
  const newCell = positions(file.barcodes.length, keptCells)
  const perCell = selection.kind === 'gene' ? survey.genesPerCell : survey.guidesPerCell

  let total = 0
  const rowStarts = new Uint32Array(keptCells.length + 1)
  for (let cell = 0; cell < keptCells.length; cell++) {
    total += perCell[keptCells[cell]]
    rowStarts[cell + 1] = total
  }
  if (total > 0xffffffff) throw tooManyEntries(file.path, total)
  const geneIndices = kept.length <= 0x10000 ? new Uint16Array(total) : new Uint32Array(total)
  const largest = selection.kind === 'gene' ? survey.largestGeneCount : survey.largestGuideCount
  const counts = smallestCounts(total, largest)

  const next = rowStarts.slice(0, keptCells.length)
  let seen = 0
  for await (const block of matrix.entries()) {
    stopIfAborted(options.signal)
    for (let i = 0; i < block.length; i++) {
      const value = block.values[i]
      if (value === 0) continue
      const feature = newFeature[block.features[i]]
      const cell = newCell[block.cells[i]]
      if (feature < 0 || cell < 0) continue
      const at = next[cell]++
      geneIndices[at] = feature
      counts[at] = value
    }
    seen += block.length
    options.onProgress?.(matrix.storedEntries ? Math.min(1, seen / matrix.storedEntries) : null)
  }

  const result = { cells: keptCells.length, genes: kept.length, rowStarts, geneIndices, counts }
  const duplicate = sortRows(result)
  if (duplicate) {
    const barcode = file.barcodes[keptCells[duplicate.cell]]
    throw new ShiftscopeError({
      code: 'import/duplicateEntry',
      message: `The matrix gives two counts for gene ${matrix.features.symbols[kept[duplicate.gene]]} in cell ${barcode}.`,
      where: file.path,
      hint: 'Write the matrix again with one entry for each gene and cell; in scipy: matrix.sum_duplicates().',
    })
  }
  return result
}

function tooManyEntries(path: string, total: number): ShiftscopeError {
  return new ShiftscopeError({
    code: 'import/tooManyEntries',
    message: `The matrix has ${total.toLocaleString('en')} non-zero counts; 4,294,967,295 is the most that can be held.`,
    where: path,
    hint: 'Split the screen, or filter cells or genes before the import.',
  })
}

/**
 * Brings the genes of each cell into ascending order, in place. Rows that are in order already, as nearly all files
 * have them, cost one comparison an entry.
 * @returns the first gene that a cell has twice, or null
 */
function sortRows(matrix: CountMatrix): { cell: number; gene: number } | null {
  const { rowStarts, geneIndices, counts } = matrix
  for (let cell = 0; cell < matrix.cells; cell++) {
    const [start, end] = [rowStarts[cell], rowStarts[cell + 1]]
    let ascending = true
    for (let i = start + 1; i < end && ascending; i++) ascending = geneIndices[i - 1] < geneIndices[i]
    if (ascending) continue
    const order = Array.from({ length: end - start }, (_, i) => i)
    const genes = geneIndices.slice(start, end)
    const values = counts.slice(start, end)
    order.sort((a, b) => genes[a] - genes[b])
    for (let i = 0; i < order.length; i++) {
      geneIndices[start + i] = genes[order[i]]
      counts[start + i] = values[order[i]]
      if (i > 0 && geneIndices[start + i] === geneIndices[start + i - 1]) {
        return { cell, gene: geneIndices[start + i] }
      }
    }
  }
  return null
}
