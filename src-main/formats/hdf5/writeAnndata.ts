import type { File, Group } from 'h5wasm/node'
import type { CountMatrix } from '../../screen/countMatrix'
import { breathe, type LongWork } from '../../screen/longWork'
import { writeHdf5 } from './writeHdf5'

/** Numbers with their shape, row-major. */
export interface NumberArray {
  readonly shape: readonly number[]
  readonly values: Float64Array | Float32Array | Int32Array | Uint8Array
}

/** A column of `obs` or `var`. */
export type AnndataColumn = readonly string[] | Float64Array

/** What `uns` holds: a tree of texts, numbers and arrays. */
export type AnndataValue = string | number | readonly string[] | NumberArray | AnndataTree
export interface AnndataTree {
  readonly [name: string]: AnndataValue
}

export interface AnndataTable {
  readonly index: readonly string[]
  /** In the order of the file; at least one. */
  readonly columns: ReadonlyMap<string, AnndataColumn>
}

/** What an h5ad file is written from. */
export interface AnndataContent {
  readonly counts: CountMatrix
  readonly obs: AnndataTable
  readonly var: AnndataTable
  readonly obsm: Readonly<Record<string, NumberArray>>
  readonly varm: Readonly<Record<string, NumberArray>>
  readonly uns: AnndataTree
}

/** Entries that are written at once, and entries of one compressed chunk. */
const blockLength = 1 << 20
const chunkLength = 1 << 16
const compressionLevel = 4
/** Largest whole number up to which 32-bit floats hold every one. */
const exactInFloat32 = 2 ** 24

/**
 * Writes an h5ad file that anndata 0.7 and all later versions read.
 *
 * Three choices make it so: dataframes are of encoding version 0.1.0, text columns are string arrays (anndata turns
 * them into categoricals; the flag `ordered` of a written categorical would have to be an HDF5 boolean, which the
 * library cannot write), and groups that are mappings carry no encoding at all, since 0.7 refuses the one that later
 * versions write. X is float32, as scanpy expects, unless a count is too large for it to be exact.
 * @throws as `writeHdf5`; the signal's reason when cancelled
 */
export async function writeAnndata(
  path: string,
  content: AnndataContent,
  work: LongWork = {},
): Promise<void> {
  await writeHdf5(path, async (file) => {
    describe(file, 'anndata', '0.1.0')
    await writeCounts(file, content.counts, work)
    writeTable(file, 'obs', content.obs)
    await breathe(work)
    writeTable(file, 'var', content.var)
    writeArrays(file, 'obsm', content.obsm)
    writeArrays(file, 'varm', content.varm)
    writeTree(file, 'uns', content.uns)
    await breathe(work)
  })
}

function describe(node: Group | ReturnType<Group['create_dataset']>, type: string, version: string): void {
  node.create_attribute('encoding-type', type)
  node.create_attribute('encoding-version', version)
}

/** CSR in blocks: memory is needed for one block of values only. */
async function writeCounts(file: File, matrix: CountMatrix, work: LongWork): Promise<void> {
  const group = file.create_group('X')
  describe(group, 'csr_matrix', '0.1.0')
  group.create_attribute('shape', [matrix.cells, matrix.genes], [2], '<q')
  const stored = matrix.counts.length
  const Values = largest(matrix.counts) <= exactInFloat32 ? Float32Array : Float64Array
  const data = emptyArray(group, 'data', new Values(0), stored)
  const indices = emptyArray(group, 'indices', new Int32Array(0), stored)
  for (let start = 0; start < stored; start += blockLength) {
    const end = Math.min(stored, start + blockLength)
    data.write_slice([[start, end]], new Values(matrix.counts.subarray(start, end)))
    indices.write_slice([[start, end]], new Int32Array(matrix.geneIndices.subarray(start, end)))
    work.onProgress?.(end / stored, 'Writing counts')
    await breathe(work)
  }
  const fitsInt32 = stored <= 0x7fffffff
  group.create_dataset({
    name: 'indptr',
    data: fitsInt32
      ? new Int32Array(matrix.rowStarts)
      : BigInt64Array.from(matrix.rowStarts, (start) => BigInt(start)),
  })
}

/** A one-dimensional compressed dataset of its full length, to be filled block by block. */
function emptyArray(
  group: Group,
  name: string,
  none: Float32Array | Float64Array | Int32Array,
  length: number,
): ReturnType<Group['create_dataset']> {
  const dataset = group.create_dataset({
    name,
    data: none,
    shape: [0],
    maxshape: [null],
    chunks: [Math.max(1, Math.min(chunkLength, length))],
    compression: 'gzip',
    compression_opts: compressionLevel,
  })
  if (length > 0) dataset.resize([length])
  return dataset
}

function writeTable(file: File, name: string, table: AnndataTable): void {
  const group = file.create_group(name)
  describe(group, 'dataframe', '0.1.0')
  group.create_attribute('_index', '_index')
  group.create_attribute('column-order', [...table.columns.keys()])
  writeTexts(group, '_index', table.index)
  for (const [column, values] of table.columns) {
    if (values instanceof Float64Array) writeNumbers(group, column, { shape: [values.length], values })
    else writeTexts(group, column, values)
  }
}

function writeArrays(file: File, name: string, arrays: Readonly<Record<string, NumberArray>>): void {
  const group = file.create_group(name)
  for (const [key, array] of Object.entries(arrays)) writeNumbers(group, key, array)
}

function writeTree(parent: Group, name: string, tree: AnndataTree): void {
  const group = parent.create_group(name)
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') {
      describe(group.create_dataset({ name: key, data: value, shape: [], dtype: 'S' }), 'string', '0.2.0')
    } else if (typeof value === 'number') {
      describe(group.create_dataset({ name: key, data: value, shape: [] }), 'numeric-scalar', '0.2.0')
    } else if (isTexts(value)) writeTexts(group, key, value)
    else if (isNumbers(value)) writeNumbers(group, key, value)
    else writeTree(group, key, value)
  }
}

function isTexts(value: readonly string[] | NumberArray | AnndataTree): value is readonly string[] {
  return Array.isArray(value)
}

function isNumbers(value: NumberArray | AnndataTree): value is NumberArray {
  return ArrayBuffer.isView(value.values)
}

function writeTexts(group: Group, name: string, texts: readonly string[]): void {
  const dataset = group.create_dataset({ name, data: [...texts], shape: [texts.length], dtype: 'S' })
  describe(dataset, 'string-array', '0.2.0')
}

function writeNumbers(group: Group, name: string, { shape, values }: NumberArray): void {
  const isEmpty = values.length === 0
  const dataset = group.create_dataset({
    name,
    data: values,
    shape: [...shape],
    ...(isEmpty
      ? {}
      : { chunks: chunkShape(shape), compression: 'gzip', compression_opts: compressionLevel }),
  })
  describe(dataset, 'array', '0.2.0')
}

/** Whole rows, about as many numbers as a chunk of counts. */
function chunkShape(shape: readonly number[]): number[] {
  const [rows, ...others] = shape
  const rowLength = others.reduce((product, size) => product * size, 1)
  return [Math.max(1, Math.min(rows, Math.floor(chunkLength / rowLength))), ...others]
}

function largest(counts: CountMatrix['counts']): number {
  let most = 0
  for (const count of counts) if (count > most) most = count
  return most
}
