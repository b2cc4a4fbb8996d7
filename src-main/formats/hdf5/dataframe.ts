import { ShiftscopeError } from '@contract/errors'
import { Dataset, Group } from 'h5wasm/node'
import type { Covariate } from '../../screen/screen'
import { holdsNumbers, holdsTexts, lengthOf, readNames, readNumbers, readTexts } from './arrays'
import { findDataset, findGroup, requireDataset, textAttribute, textsAttribute } from './nodes'

/** The row names and columns of an AnnData dataframe (`obs`, `var`, `raw/var`). */
export interface Dataframe {
  readonly index: string[]
  /** In the order of the file. Columns of kinds that are no tables (nested, two-dimensional) are left out. */
  readonly columns: Map<string, Covariate>
}

/**
 * Reads an AnnData dataframe group of any version since 0.7: plain arrays, string arrays, categoricals (new groups
 * and old `__categories`), nullable integers, booleans and strings. Missing values: code -1 in text columns, NaN in
 * number columns. Booleans become text columns of the levels False and True.
 * @throws ShiftscopeError `hdf5/missingPart`, `hdf5/unevenColumns`
 */
export function readDataframe(group: Group): Dataframe {
  const indexName = textAttribute(group, '_index') ?? '_index'
  const index = readIndex(group, indexName)
  const listed = textsAttribute(group, 'column-order')
  const present = group.keys().filter((name) => name !== indexName && name !== '__categories')
  const names = [
    ...listed.filter((name) => present.includes(name)),
    ...present.filter((name) => !listed.includes(name)),
  ]
  const columns = new Map<string, Covariate>()
  for (const name of names) {
    const column = readColumn(group, name)
    if (column === null) continue
    const rows = column.kind === 'text' ? column.codes.length : column.values.length
    if (rows !== index.length) {
      throw new ShiftscopeError({
        code: 'hdf5/unevenColumns',
        message: `Column "${name}" has ${rows} rows where the table has ${index.length}.`,
        where: `${group.path}/${name}`,
        hint: 'Write the file again with the program that made it.',
      })
    }
    columns.set(name, column)
  }
  return { index, columns }
}

function readIndex(group: Group, name: string): string[] {
  const nullable = findGroup(group, name)
  return readNames(nullable ? requireDataset(nullable, 'values') : requireDataset(group, name))
}

function readColumn(group: Group, name: string): Covariate | null {
  const node = group.get(name)
  if (node instanceof Dataset) {
    if (node.shape?.length !== 1) return null
    const oldCategories = findDataset(group, `__categories/${name}`)
    if (oldCategories && holdsNumbers(node)) {
      return { kind: 'text', levels: readNames(oldCategories), codes: Int32Array.from(readNumbers(node)) }
    }
    return readPlainColumn(node, null)
  }
  if (!(node instanceof Group)) return null
  const categories = findDataset(node, 'categories')
  const codes = findDataset(node, 'codes')
  if (categories && codes) {
    return { kind: 'text', levels: readNames(categories), codes: Int32Array.from(readNumbers(codes)) }
  }
  const values = findDataset(node, 'values')
  const mask = findDataset(node, 'mask')
  return values && mask ? readPlainColumn(values, readNumbers(mask)) : null
}

const booleanLevels = ['False', 'True']

/** @param mask non-zero where the value is missing */
function readPlainColumn(values: Dataset, mask: ArrayLike<number> | null): Covariate | null {
  if (holdsTexts(values)) return textColumn(readTexts(values), mask)
  if (!holdsNumbers(values)) return null
  const numbers = readNumbers(values)
  if (values.metadata.enum_type) {
    const codes = new Int32Array(lengthOf(values))
    for (let i = 0; i < codes.length; i++) codes[i] = mask?.[i] ? -1 : Number(numbers[i] !== 0)
    return { kind: 'text', levels: booleanLevels, codes }
  }
  const column = Float64Array.from(numbers)
  if (mask) for (let i = 0; i < column.length; i++) if (mask[i]) column[i] = NaN
  return { kind: 'number', values: column }
}

/**
 * A text column with its levels in order of first appearance; empty texts stay a level of their own.
 * @param mask non-zero where the value is missing
 */
export function textColumn(values: readonly string[], mask: ArrayLike<number> | null = null): Covariate {
  const codeOf = new Map<string, number>()
  const codes = new Int32Array(values.length)
  for (let i = 0; i < codes.length; i++) {
    if (mask?.[i]) {
      codes[i] = -1
      continue
    }
    let code = codeOf.get(values[i])
    if (code === undefined) {
      code = codeOf.size
      codeOf.set(values[i], code)
    }
    codes[i] = code
  }
  return { kind: 'text', levels: [...codeOf.keys()], codes }
}
