import { ShiftscopeError } from '@contract/errors'
import type { File } from 'h5wasm/node'
import { Dataset, Group } from 'h5wasm/node'
import type { Covariate } from '../../screen/screen'
import { type CountsFile, type Features, type StoredMatrix, makeFeatures } from '../countsFile'
import { readTruth } from '../groundTruthParts'
import { lengthOf } from '../hdf5/arrays'
import { type Dataframe, readDataframe } from '../hdf5/dataframe'
import { type StoredPlace, hdf5Entries } from '../hdf5/matrixEntries'
import { findDataset, findGroup, numbersAttribute, textAttribute } from '../hdf5/nodes'
import { readHdf5 } from '../hdf5/openHdf5'

/** Columns of `var` that hold identifiers while the index holds symbols (scanpy's 10x readers). */
const idColumns = ['gene_ids', 'gene_id', 'ensembl_id', 'ensembl_ids', 'ensembl', 'feature_id', 'ensg']
/** Columns of `var` that hold symbols while the index holds identifiers. */
const symbolColumns = [
  'feature_name',
  'gene_symbols',
  'gene_symbol',
  'gene_name',
  'gene_names',
  'gene_short_name',
  'symbol',
  'symbols',
  'name',
]
const typeColumns = ['feature_types', 'feature_type']

/**
 * Opens an h5ad file written by anndata 0.7 or later: reads `obs`, `var` and the places of its matrices (`X`, layers,
 * `raw/X`), not their values. Matrices come in the order in which they are tried for counts.
 * @throws ShiftscopeError `import/oldH5ad`, `import/noMatrix`, `import/sizesDiffer`, `hdf5/…`
 */
export function openH5ad(path: string): Promise<CountsFile> {
  return readHdf5(path, (file) => {
    const obs = readTable(file, 'obs', path)
    const features = featuresOf(readTable(file, 'var', path))
    const cells = obs.index.length
    const matrices: StoredMatrix[] = []
    const add = (name: string, columns: Features) => {
      const matrix = storedMatrix(file, path, name, cells, columns)
      if (matrix) matrices.push(matrix)
    }
    const layers = findGroup(file, 'layers')?.keys() ?? []
    const likely = layers.filter((name) => /count|raw|umi/i.test(name) && !/norm|log|scale/i.test(name))
    add('X', features)
    for (const name of likely) add(`layers/${name}`, features)
    const rawVar = findGroup(file, 'raw/var')
    if (rawVar) add('raw/X', featuresOf(readDataframe(rawVar)))
    for (const name of layers) if (!likely.includes(name)) add(`layers/${name}`, features)
    if (matrices.length === 0) {
      throw new ShiftscopeError({
        code: 'import/noMatrix',
        message: 'The h5ad file holds no matrix: neither X, nor layers, nor raw.',
        where: path,
        hint: 'Write the file with the counts in X or in a layer, for example adata.layers["counts"].',
      })
    }
    const truth = readTruth(file)
    return {
      ...(truth && { truth }),
      format: 'h5ad',
      path,
      barcodes: obs.index,
      cellColumns: obs.columns,
      matrices,
      findings: [],
    }
  })
}

function readTable(file: File, name: string, path: string): Dataframe {
  const group = findGroup(file, name)
  if (group) return readDataframe(group)
  const old = findDataset(file, name) !== null
  throw new ShiftscopeError({
    code: old ? 'import/oldH5ad' : 'import/noAnnotation',
    message: old
      ? 'The file was written by an anndata older than 0.7.'
      : `The h5ad file has no table "${name}".`,
    where: path,
    hint: 'Open it in Python with a current anndata and save it again: adata.write_h5ad("file.h5ad").',
  })
}

function texts(table: Dataframe, names: readonly string[]): string[] | null {
  for (const [name, column] of table.columns) {
    if (names.includes(name.toLowerCase()) && column.kind === 'text') return textValues(column)
  }
  return null
}

function textValues(column: Extract<Covariate, { kind: 'text' }>): string[] {
  return Array.from(column.codes, (code) => (code < 0 ? '' : column.levels[code]))
}

function featuresOf(table: Dataframe): Features {
  const ids = texts(table, idColumns)
  const symbols = texts(table, symbolColumns)
  const complete = (names: string[] | null) => names?.every((name) => name !== '') === true
  const types = texts(table, typeColumns)
  if (ids && complete(ids)) return makeFeatures(ids, table.index, types)
  const named = symbols?.map((symbol, i) => (symbol === '' ? table.index[i] : symbol))
  return makeFeatures(table.index, named ?? table.index, types)
}

function storedMatrix(
  file: File,
  path: string,
  name: string,
  cells: number,
  features: Features,
): StoredMatrix | null {
  const node = file.get(name)
  let layout: StoredPlace['layout'] = 'dense'
  let shape: readonly number[] = []
  let storedEntries: number | null = null
  if (node instanceof Dataset) {
    shape = node.shape ?? []
  } else if (node instanceof Group) {
    const encoding = textAttribute(node, 'encoding-type') ?? textAttribute(node, 'h5sparse_format') ?? ''
    if (!/^cs[rc]/.test(encoding)) return null
    layout = encoding.startsWith('csc') ? 'columns' : 'rows'
    shape = numbersAttribute(node, 'shape') ?? numbersAttribute(node, 'h5sparse_shape') ?? []
    const data = findDataset(node, 'data')
    storedEntries = data ? lengthOf(data) : null
  } else {
    return null
  }
  if (shape.length !== 2 || shape[0] !== cells || shape[1] !== features.ids.length) {
    throw new ShiftscopeError({
      code: 'import/sizesDiffer',
      message: `"${name}" is ${shape.join(' × ')}, but there are ${cells} cells and ${features.ids.length} genes.`,
      where: path,
      hint: 'Write the file again with the program that made it.',
    })
  }
  const place: StoredPlace = { path: name, layout, cells, features: features.ids.length }
  return { name, features, storedEntries, entries: () => hdf5Entries(path, place) }
}
