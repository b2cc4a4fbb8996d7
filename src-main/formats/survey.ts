import { stopIfAborted } from './fileProblems'
import type { CountsFile, StoredMatrix } from './countsFile'

/** The first value that is not a count. */
export interface Violation {
  readonly value: number
  readonly cell: number
  readonly feature: number
}

/** What one pass over a stored matrix finds out: enough to say whether it holds counts and to size the result. */
export interface Survey {
  /** Non-zero genes, and guides, of each cell. */
  readonly genesPerCell: Uint32Array
  readonly guidesPerCell: Uint32Array
  readonly geneEntries: number
  readonly guideEntries: number
  readonly largestGeneCount: number
  readonly largestGuideCount: number
  /** Null where every value of every gene and guide is a non-negative integer. */
  readonly violation: Violation | null
}

export interface PassOptions {
  readonly signal?: AbortSignal
  /** Called now and then with the share done, or null where the length is not known beforehand. */
  readonly onProgress?: (fraction: number | null) => void
}

const largestCount = 0xffffffff

/** Reads every value of a matrix once; stops at the first that is not a count. */
export async function surveyMatrix(
  file: CountsFile,
  matrix: StoredMatrix,
  options: PassOptions = {},
): Promise<Survey> {
  const cells = file.barcodes.length
  const { kinds } = matrix.features
  const isGene = Uint8Array.from(kinds, (kind) => Number(kind === 'gene'))
  const isGuide = Uint8Array.from(kinds, (kind) => Number(kind === 'guide'))
  const genesPerCell = new Uint32Array(cells)
  const guidesPerCell = new Uint32Array(cells)
  let [geneEntries, guideEntries, largestGeneCount, largestGuideCount, seen] = [0, 0, 0, 0, 0]
  let violation: Violation | null = null

  for await (const block of matrix.entries()) {
    stopIfAborted(options.signal)
    for (let i = 0; i < block.length; i++) {
      const value = block.values[i]
      if (value === 0) continue
      const feature = block.features[i]
      const cell = block.cells[i]
      const gene = isGene[feature] === 1
      if (!gene && isGuide[feature] === 0) continue
      if (!(value > 0 && value <= largestCount && Number.isInteger(value))) {
        violation = { value, cell, feature }
        break
      }
      if (gene) {
        genesPerCell[cell] += 1
        geneEntries += 1
        if (value > largestGeneCount) largestGeneCount = value
      } else {
        guidesPerCell[cell] += 1
        guideEntries += 1
        if (value > largestGuideCount) largestGuideCount = value
      }
    }
    if (violation) break
    seen += block.length
    options.onProgress?.(matrix.storedEntries ? Math.min(1, seen / matrix.storedEntries) : null)
  }
  return {
    genesPerCell,
    guidesPerCell,
    geneEntries,
    guideEntries,
    largestGeneCount,
    largestGuideCount,
    violation,
  }
}

/** Why a matrix does not hold counts, with the value and its place. */
export function describeViolation(file: CountsFile, matrix: StoredMatrix, violation: Violation): string {
  const { value } = violation
  const place = `cell ${file.barcodes[violation.cell]}, gene ${matrix.features.symbols[violation.feature]}`
  if (Number.isNaN(value)) return `a value is missing (NaN) at ${place}`
  if (value < 0) return `a value is negative: ${formatValue(value)} at ${place}`
  if (Number.isInteger(value) || !Number.isFinite(value)) {
    return `a value is too large for a count: ${formatValue(value)} at ${place}`
  }
  return `a value is not a whole number: ${formatValue(value)} at ${place}`
}

function formatValue(value: number): string {
  return String(Number(value.toPrecision(6)))
}
