import { ShiftscopeError } from '@contract/errors'
import type { File, Group } from 'h5wasm/node'
import { type CountsFile, type Features, makeFeatures } from '../countsFile'
import { lengthOf, readNumbers, readTexts } from '../hdf5/arrays'
import { hdf5Entries } from '../hdf5/matrixEntries'
import { findDataset, findGroup, requireDataset } from '../hdf5/nodes'
import { readHdf5 } from '../hdf5/openHdf5'

/** Groups that hold a matrix: `matrix` since Cell Ranger 3, one named after each genome before. */
export function tenxMatrixGroups(file: File): string[] {
  return file.keys().filter((name) => {
    const group = findGroup(file, name)
    return (
      group !== null &&
      ['barcodes', 'data', 'indices', 'indptr', 'shape'].every((part) => findDataset(group, part))
    )
  })
}

/**
 * Opens a 10x HDF5 matrix of Cell Ranger 2 (genome group) or later: reads names and size, not the matrix.
 * @throws ShiftscopeError `import/severalMatrices`, `import/sizesDiffer`, `hdf5/…`
 */
export function openTenxHdf5(path: string): Promise<CountsFile> {
  return readHdf5(path, (file) => {
    const names = tenxMatrixGroups(file)
    const name = names.includes('matrix') ? 'matrix' : names[0]
    if (names.length > 1 && name !== 'matrix') {
      throw new ShiftscopeError({
        code: 'import/severalMatrices',
        message: `The file holds ${names.length} matrices, one for each genome: ${names.join(', ')}.`,
        where: path,
        hint: 'Export the genome of the screen alone, or use the 10x folder of that genome.',
      })
    }
    const group = findGroup(file, name) ?? file
    const barcodes = readTexts(requireDataset(group, 'barcodes'))
    const features = readFeatures(group)
    const [rows, columns] = readNumbers(requireDataset(group, 'shape'))
    if (rows !== features.ids.length || columns !== barcodes.length) {
      throw new ShiftscopeError({
        code: 'import/sizesDiffer',
        message: `The matrix has ${rows} rows and ${columns} columns, but there are ${features.ids.length} features and ${barcodes.length} barcodes.`,
        where: path,
        hint: 'Copy the file again, or export it again with Cell Ranger.',
      })
    }
    const place = {
      path: name,
      layout: 'rows',
      cells: barcodes.length,
      features: features.ids.length,
    } as const
    return {
      format: 'tenx-hdf5',
      path,
      barcodes,
      cellColumns: new Map(),
      matrices: [
        {
          name: 'matrix',
          features,
          storedEntries: lengthOf(requireDataset(group, 'data')),
          entries: () => hdf5Entries(path, place),
        },
      ],
      findings: [],
    }
  })
}

function readFeatures(group: Group): Features {
  const features = findGroup(group, 'features')
  if (features === null) {
    return makeFeatures(
      readTexts(requireDataset(group, 'genes')),
      readTexts(requireDataset(group, 'gene_names')),
      null,
    )
  }
  const ids = readTexts(requireDataset(features, 'id'))
  const names = findDataset(features, 'name')
  const types = findDataset(features, 'feature_type')
  return makeFeatures(ids, names ? readTexts(names) : ids, types ? readTexts(types) : null)
}
