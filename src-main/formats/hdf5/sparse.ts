import { ShiftscopeError } from '@contract/errors'
import type { Group } from 'h5wasm/node'
import { type NumericArray, lengthOf, readNumbers, sliceStep } from './arrays'
import { requireDataset } from './nodes'

/** Part of the stored entries of a compressed sparse matrix, in file order. */
export interface SparseSlice {
  /** Position of the first entry among all stored entries. */
  readonly start: number
  /** Index within the compressed axis' row (or column) of each entry. */
  readonly indices: NumericArray
  readonly values: NumericArray
}

/**
 * Row starts of a compressed sparse group (`data`, `indices`, `indptr`), checked to be ascending and to end at the
 * number of stored entries.
 * @throws ShiftscopeError `hdf5/missingPart`, `hdf5/brokenSparse`
 */
export function readRowStarts(group: Group): Float64Array {
  const starts = Float64Array.from(readNumbers(requireDataset(group, 'indptr')))
  const stored = lengthOf(requireDataset(group, 'data'))
  let broken = starts.length === 0 || starts[0] !== 0 || starts[starts.length - 1] !== stored
  for (let i = 1; i < starts.length && !broken; i++) broken = !(starts[i] >= starts[i - 1])
  if (broken || lengthOf(requireDataset(group, 'indices')) !== stored) {
    throw new ShiftscopeError({
      code: 'hdf5/brokenSparse',
      message: 'The sparse matrix is inconsistent: its row starts do not fit its stored entries.',
      where: group.path,
      hint: 'Write the file again with the program that made it.',
    })
  }
  return starts
}

/** The stored entries of a compressed sparse group, a slice of about half a million at a time. */
export function* sparseSlices(group: Group): Generator<SparseSlice> {
  const data = requireDataset(group, 'data')
  const indices = requireDataset(group, 'indices')
  const stored = lengthOf(data)
  const step = Math.max(sliceStep(data), sliceStep(indices))
  for (let start = 0; start < stored; start += step) {
    const end = Math.min(stored, start + step)
    yield { start, indices: readNumbers(indices, start, end), values: readNumbers(data, start, end) }
  }
}
