import { ShiftscopeError } from '@contract/errors'
import { Dataset, type Group } from 'h5wasm/node'
import type { CountMatrix } from '../../screen/countMatrix'
import { countsFor, indicesFor } from '../../screen/subset'
import { readNumbers } from './arrays'
import { numbersAttribute, requireDataset, requireGroup } from './nodes'
import { readRowStarts, sparseSlices } from './sparse'

/** The reading counterparts of `writeAnndata`: they expect what it writes. */

/** X as counts, in the smallest types that hold them. */
export function readCounts(root: Group): CountMatrix {
  const group = requireGroup(root, 'X')
  const [cells, genes] = numbersAttribute(group, 'shape') ?? []
  const rowStarts = Uint32Array.from(readRowStarts(group))
  const stored = rowStarts[rowStarts.length - 1]
  if (rowStarts.length !== cells + 1) throw inconsistent(group.path)
  const geneIndices = indicesFor(genes, stored)
  let largest = 0
  for (const { values, start, indices } of sparseSlices(group)) {
    geneIndices.set(indices, start)
    for (const value of values) if (value > largest) largest = value
  }
  const counts = countsFor(largest, stored)
  for (const { values, start } of sparseSlices(group)) counts.set(values, start)
  return { cells, genes, rowStarts, geneIndices, counts }
}

/** A numeric array of any shape as 32-bit floats, row-major. */
export function readFloats(parent: Group, path: string, length: number): Float32Array {
  const dataset = requireDataset(parent, path)
  const value = dataset.shape?.length === 1 ? readNumbers(dataset) : dataset.value
  if (!(value instanceof Float32Array) || value.length !== length) throw inconsistent(dataset.path)
  return value
}

/** A single text or number. */
export function readScalar(parent: Group, path: string): unknown {
  const node = parent.get(path)
  return node instanceof Dataset ? node.value : null
}

export function inconsistent(where: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'screenFile/inconsistent',
    message: 'The parts of the file do not fit together: it was changed or damaged after it was written.',
    where,
    hint: 'Prepare the screen or train the model again to write the file anew.',
  })
}
