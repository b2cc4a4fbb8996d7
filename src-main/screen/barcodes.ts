/** How the rows of a guide table were matched to the cells of a matrix. */
export interface BarcodeMatch {
  /** For each row of the table the cell of the matrix, or -1. */
  readonly cellOfRow: Int32Array
  /** Number of different cells that were found. */
  readonly matchedCells: number
  /** The rule that matched most rows, in words. */
  readonly rule: string
}

interface Rule {
  readonly words: string
  /** What is compared; null leaves the barcode unmatched. */
  readonly key: (barcode: string) => string | null
}

/** A cell barcode proper is a run of bases; 8 to 40 of them cover all chemistries. */
const bases = /[ACGT]{8,40}/i
const numberedSuffix = /([ACGT]{8,40})[-._]\d+$/i

/** In order of trust: a later rule is taken only when it matches more rows. */
const rules: readonly Rule[] = [
  { words: 'the barcodes are the same', key: (barcode) => barcode },
  {
    words: 'a number after the barcode (such as "-1") was ignored',
    key: (barcode) => barcode.replace(numberedSuffix, '$1'),
  },
  {
    words: 'only the bases of the barcode were compared, without what stands before and after them',
    key: (barcode) => bases.exec(barcode)?.[0].toUpperCase() ?? null,
  },
]

/** A key that several cells share says nothing about which of them is meant. */
const ambiguous = -2

function indexCells(matrixBarcodes: readonly string[], rule: Rule): Map<string, number> {
  const cellOfKey = new Map<string, number>()
  matrixBarcodes.forEach((barcode, cell) => {
    const key = rule.key(barcode)
    if (key !== null) cellOfKey.set(key, cellOfKey.has(key) ? ambiguous : cell)
  })
  return cellOfKey
}

/**
 * Finds for each row of a guide table the cell of the matrix with the same barcode. Suffixes such as `-1`, and
 * prefixes, are reconciled where that matches more rows; a barcode that then stands for several cells matches none.
 */
export function matchBarcodes(
  matrixBarcodes: readonly string[],
  tableBarcodes: readonly string[],
): BarcodeMatch {
  let best: BarcodeMatch = {
    cellOfRow: new Int32Array(tableBarcodes.length).fill(-1),
    matchedCells: 0,
    rule: 'no barcode matches',
  }
  let bestRows = 0
  for (const rule of rules) {
    const cellOfKey = indexCells(matrixBarcodes, rule)
    const cellOfRow = new Int32Array(tableBarcodes.length).fill(-1)
    const barcodeOfCell = new Map<number, string>()
    let rows = 0
    tableBarcodes.forEach((barcode, row) => {
      const key = rule.key(barcode)
      const cell = key === null ? undefined : cellOfKey.get(key)
      if (cell === undefined || cell === ambiguous) return
      // Two barcodes of the table that fall on one cell (lane 1 and lane 2 without suffix in the matrix) are not told apart.
      const earlier = barcodeOfCell.get(cell)
      if (earlier !== undefined && earlier !== barcode) return
      barcodeOfCell.set(cell, barcode)
      cellOfRow[row] = cell
      rows += 1
    })
    if (rows > bestRows) {
      best = { cellOfRow, matchedCells: barcodeOfCell.size, rule: rule.words }
      bestRows = rows
    }
    if (rows === tableBarcodes.length) break
  }
  return best
}

/** Whether a name contains a run of bases, as the barcodes of all droplet and plate chemistries do. */
export function looksLikeBarcode(name: string): boolean {
  return bases.test(name)
}
