import { ShiftscopeError } from '@contract/errors'
import type { File } from 'h5wasm/node'
import { type EntryBlock, blockLength, newBlock } from '../countsFile'
import { lengthOf, readRows, sliceStep } from './arrays'
import { requireDataset, requireGroup } from './nodes'
import { asHdf5Problem, openHdf5 } from './openHdf5'
import { readRowStarts, sparseSlices } from './sparse'

/** Where in a file a matrix is, and how it is stored. */
export interface StoredPlace {
  /** Path of the sparse group or the dense dataset inside the file. */
  readonly path: string
  /** `rows`: compressed by cell; `columns`: compressed by gene; `dense`: cells × genes, row-major. */
  readonly layout: 'rows' | 'columns' | 'dense'
  readonly cells: number
  readonly features: number
}

/**
 * The stored entries of a matrix in an HDF5 file, slice by slice. The file is open only while it is read.
 * @throws what `openHdf5` throws, and ShiftscopeError `hdf5/brokenSparse`, `hdf5/truncated`, `hdf5/unreadable`
 */
export async function* hdf5Entries(file: string, place: StoredPlace): AsyncGenerator<EntryBlock> {
  const opened = await openHdf5(file)
  try {
    yield* place.layout === 'dense' ? denseEntries(opened, place) : sparseEntries(opened, place)
  } catch (error) {
    throw asHdf5Problem(file, error)
  } finally {
    opened.close()
  }
}

function* sparseEntries(file: File, place: StoredPlace): Generator<EntryBlock> {
  const group = requireGroup(file, place.path)
  const starts = readRowStarts(group)
  const byCell = place.layout === 'rows'
  const [outer, inner] = byCell ? [place.cells, place.features] : [place.features, place.cells]
  if (starts.length !== outer + 1) {
    throw broken(
      place,
      `it has ${starts.length - 1} compressed ${byCell ? 'rows' : 'columns'} instead of ${outer}`,
    )
  }
  const block = newBlock()
  const outerOut = byCell ? block.cells : block.features
  const innerOut = byCell ? block.features : block.cells
  let filled = 0
  let position = 0
  for (const slice of sparseSlices(group)) {
    for (let i = 0; i < slice.values.length; i++) {
      while (starts[position + 1] <= slice.start + i) position++
      const index = slice.indices[i]
      if (!(index >= 0 && index < inner))
        throw broken(place, `entry ${slice.start + i} points to index ${index}`)
      outerOut[filled] = position
      innerOut[filled] = index
      block.values[filled] = slice.values[i]
      if (++filled === blockLength) {
        block.length = filled
        yield block
        filled = 0
      }
    }
  }
  block.length = filled
  if (filled > 0) yield block
}

function broken(place: StoredPlace, reason: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'hdf5/brokenSparse',
    message: `The sparse matrix "${place.path}" is inconsistent: ${reason}.`,
    where: place.path,
    hint: 'Write the file again with the program that made it.',
  })
}

function* denseEntries(file: File, place: StoredPlace): Generator<EntryBlock> {
  const dataset = requireDataset(file, place.path)
  const rows = lengthOf(dataset)
  const block = newBlock()
  let filled = 0
  const step = sliceStep(dataset)
  for (let start = 0; start < rows; start += step) {
    const end = Math.min(rows, start + step)
    const values = readRows(dataset, start, end)
    for (let i = 0; i < values.length; i++) {
      if (values[i] === 0) continue
      block.cells[filled] = start + Math.floor(i / place.features)
      block.features[filled] = i % place.features
      block.values[filled] = values[i]
      if (++filled === blockLength) {
        block.length = filled
        yield block
        filled = 0
      }
    }
  }
  block.length = filled
  if (filled > 0) yield block
}
