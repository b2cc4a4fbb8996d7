import { ShiftscopeError } from '@contract/errors'
import type { Dataset } from 'h5wasm/node'

export type NumericArray =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array

/** HDF5 type classes that hold numbers: integer, float, and enumerations (booleans of h5py). */
const numericClasses = [0, 1, 8]
const stringClass = 3

/** Entries of one slice: small enough for any memory, large enough that the calls cost nothing. */
const sliceLength = 1 << 19
const stringSliceLength = 1 << 16

/** Length of the first dimension; 0 for scalars. */
export function lengthOf(dataset: Dataset): number {
  return dataset.shape?.at(0) ?? 0
}

export function holdsNumbers(dataset: Dataset): boolean {
  return numericClasses.includes(dataset.metadata.type)
}

export function holdsTexts(dataset: Dataset): boolean {
  return dataset.metadata.type === stringClass
}

function notNumeric(dataset: Dataset): ShiftscopeError {
  return new ShiftscopeError({
    code: 'hdf5/notNumbers',
    message: `"${dataset.path}" in the HDF5 file does not hold numbers.`,
    where: dataset.path,
    hint: 'Write the file again with the program that made it, with numbers in this place.',
  })
}

/** 64-bit integers become doubles (exact up to 2^53), everything else stays as stored. */
function asNumbers(value: unknown, dataset: Dataset): NumericArray {
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) {
    const numbers = new Float64Array(value.length)
    for (let i = 0; i < value.length; i++) numbers[i] = Number(value[i])
    return numbers
  }
  if (
    value instanceof Int8Array ||
    value instanceof Uint8Array ||
    value instanceof Int16Array ||
    value instanceof Uint16Array ||
    value instanceof Int32Array ||
    value instanceof Uint32Array ||
    value instanceof Float32Array ||
    value instanceof Float64Array
  ) {
    return value
  }
  throw notNumeric(dataset)
}

/**
 * Numbers of a one-dimensional dataset from `start` up to `end` (both 0-based, `end` excluded).
 * @throws ShiftscopeError `hdf5/notNumbers`
 */
export function readNumbers(dataset: Dataset, start = 0, end = lengthOf(dataset)): NumericArray {
  if (!holdsNumbers(dataset)) throw notNumeric(dataset)
  if (end <= start) return new Float64Array(0)
  return asNumbers(dataset.slice([[start, end]]), dataset)
}

/**
 * Rows `start` up to `end` of a two-dimensional dataset, row-major.
 * @throws ShiftscopeError `hdf5/notNumbers`
 */
export function readRows(dataset: Dataset, start: number, end: number): NumericArray {
  if (!holdsNumbers(dataset)) throw notNumeric(dataset)
  return asNumbers(dataset.slice([[start, end], []]), dataset)
}

/**
 * Number of leading-dimension entries to read at once: a multiple of the stored chunk (so that no chunk is
 * decompressed twice), about half a million values.
 */
export function sliceStep(dataset: Dataset): number {
  const shape = dataset.shape ?? []
  const rowLength = Math.max(
    1,
    shape.slice(1).reduce((product, size) => product * size, 1),
  )
  const chunk = dataset.metadata.chunks?.at(0) ?? 1
  const target = Math.max(1, Math.floor(sliceLength / rowLength))
  return Math.max(chunk, Math.floor(target / chunk) * chunk)
}

/** All texts of a one-dimensional dataset, of fixed or variable length. */
export function readTexts(dataset: Dataset): string[] {
  const length = lengthOf(dataset)
  const texts: string[] = []
  for (let start = 0; start < length; start += stringSliceLength) {
    const value = dataset.slice([[start, Math.min(length, start + stringSliceLength)]])
    if (!holdsTexts(dataset) || !Array.isArray(value)) {
      throw new ShiftscopeError({
        code: 'hdf5/notText',
        message: `"${dataset.path}" in the HDF5 file does not hold text.`,
        where: dataset.path,
        hint: 'Write the file again with the program that made it, with names in this place.',
      })
    }
    for (const text of value) texts.push(typeof text === 'string' ? text : '')
  }
  return texts
}

/** Names from a dataset that may hold text or numbers (row numbers are legal names of cells). */
export function readNames(dataset: Dataset): string[] {
  return holdsTexts(dataset) ? readTexts(dataset) : Array.from(readNumbers(dataset), String)
}
