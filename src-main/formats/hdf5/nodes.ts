import { ShiftscopeError } from '@contract/errors'
import { Dataset, Group } from 'h5wasm/node'

/** The group at `path` below `parent`; null where there is none. */
export function findGroup(parent: Group, path: string): Group | null {
  const node = parent.get(path)
  return node instanceof Group ? node : null
}

/** The dataset at `path` below `parent`; null where there is none. */
export function findDataset(parent: Group, path: string): Dataset | null {
  const node = parent.get(path)
  return node instanceof Dataset ? node : null
}

/** @throws ShiftscopeError `hdf5/missingPart` */
export function requireGroup(parent: Group, path: string): Group {
  const group = findGroup(parent, path)
  if (group === null) throw missingPart(parent, path, 'group')
  return group
}

/** @throws ShiftscopeError `hdf5/missingPart` */
export function requireDataset(parent: Group, path: string): Dataset {
  const dataset = findDataset(parent, path)
  if (dataset === null) throw missingPart(parent, path, 'dataset')
  return dataset
}

function missingPart(parent: Group, path: string, kind: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'hdf5/missingPart',
    message: `The HDF5 file has no ${kind} "${path}" where one is expected.`,
    where: parent.path,
    hint: 'Write the file again with the program that made it; it may be of another kind or cut short.',
  })
}

/** A text attribute; null where it is missing or not text. */
export function textAttribute(node: Group | Dataset, name: string): string | null {
  const value = Object.hasOwn(node.attrs, name) ? node.attrs[name].value : null
  return typeof value === 'string' ? value : null
}

/** A text-array attribute (a single text counts as one); empty where it is missing or empty. */
export function textsAttribute(node: Group | Dataset, name: string): string[] {
  const attribute = Object.hasOwn(node.attrs, name) ? node.attrs[name] : null
  if (attribute === null || attribute.shape?.includes(0)) return []
  const value = attribute.value
  const values = Array.isArray(value) ? value : [value]
  return values.filter((entry) => typeof entry === 'string')
}

/** A numeric attribute as plain numbers; null where it is missing or not numeric. */
export function numbersAttribute(node: Group | Dataset, name: string): number[] | null {
  const value = Object.hasOwn(node.attrs, name) ? node.attrs[name].json_value : null
  const values = Array.isArray(value) ? value : [value]
  const numbers = values.filter((entry) => typeof entry === 'number')
  return numbers.length === values.length ? numbers : null
}
