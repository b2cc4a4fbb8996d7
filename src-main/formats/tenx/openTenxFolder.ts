import { ShiftscopeError } from '@contract/errors'
import type { Finding } from '@contract/inspection'
import type { CountsFile } from '../countsFile'
import { locateTenxFiles } from './locateFiles'
import { matrixMarketEntries, readMatrixMarketSize } from './matrixMarket'
import { readBarcodeNames, readFeatureNames } from './readNames'

/**
 * Opens a 10x folder (or the `.mtx` file in it): reads the names and the size, not the matrix.
 * @throws ShiftscopeError `import/sizesDiffer`; what the readers of the three files throw
 */
export async function openTenxFolder(path: string): Promise<CountsFile> {
  const files = await locateTenxFiles(path)
  const size = await readMatrixMarketSize(files.matrix)
  const sizes = [size.rows, size.columns]
  const barcodes = await readBarcodeNames(files.barcodes, sizes)
  const features = await readFeatureNames(files.features, sizes)
  const genesInRows = size.rows === features.ids.length && size.columns === barcodes.length
  const cellsInRows = size.rows === barcodes.length && size.columns === features.ids.length
  if (!genesInRows && !cellsInRows) {
    throw new ShiftscopeError({
      code: 'import/sizesDiffer',
      message: `The matrix has ${size.rows} rows and ${size.columns} columns, but there are ${features.ids.length} features and ${barcodes.length} barcodes.`,
      where: files.matrix,
      hint: 'The three files must come from the same export: copy them together again.',
    })
  }
  const findings: Finding[] = []
  if (!genesInRows) {
    findings.push({
      severity: 'note',
      message: 'The matrix has cells in rows and genes in columns; it was turned.',
      hint: '',
    })
  }
  return {
    format: 'tenx-folder',
    path,
    barcodes,
    cellColumns: new Map(),
    matrices: [
      {
        name: 'matrix',
        features,
        storedEntries: size.entries,
        entries: () => matrixMarketEntries(files.matrix, size, genesInRows),
      },
    ],
    findings,
  }
}
