import type { Group } from 'h5wasm/node'
import { readNumbers, readTexts } from './hdf5/arrays'
import { findDataset, findGroup, requireDataset } from './hdf5/nodes'
import { inconsistent, readFloats } from './hdf5/readAnndata'
import type { AnndataTree } from './hdf5/writeAnndata'

/**
 * How far the cells of perturbations lie from control cells in the encoder means. Matrices are perturbations × latents,
 * row-major, NaN where nothing could be compared.
 */
export interface ObservedShifts {
  /** Columns of the cell annotation within whose levels cells were compared; none: over all cells. */
  readonly within: readonly string[]
  /** Difference of mean encoder means. */
  readonly shift: Float32Array
  readonly standardError: Float32Array
  /** Cells of each perturbation that were compared. */
  readonly cells: Uint32Array
}

/** What `uns/observed_shifts` holds; `within` is left out without columns. */
export function observedShiftTree(
  { within, shift, standardError, cells }: ObservedShifts,
  perturbations: readonly string[],
  latents: readonly string[],
): AnndataTree {
  const shape = [perturbations.length, latents.length]
  return {
    perturbations,
    latents,
    shift: { shape, values: shift },
    standard_error: { shape, values: standardError },
    cells: { shape: [perturbations.length], values: Int32Array.from(cells) },
    ...(within.length > 0 && { within }),
  }
}

/**
 * Reads what `observedShiftTree` describes.
 * @returns null for a file of before there were observed shifts
 * @throws ShiftscopeError `hdf5/missingPart`, `screenFile/inconsistent`
 */
export function readObservedShifts(
  root: Group,
  perturbations: number,
  latents: number,
): ObservedShifts | null {
  const group = findGroup(root, 'uns/observed_shifts')
  if (group === null) return null
  const within = findDataset(group, 'within')
  const cells = Uint32Array.from(readNumbers(requireDataset(group, 'cells')))
  if (cells.length !== perturbations) throw inconsistent(group.path)
  return {
    within: within ? readTexts(within) : [],
    shift: readFloats(group, 'shift', perturbations * latents),
    standardError: readFloats(group, 'standard_error', perturbations * latents),
    cells,
  }
}
