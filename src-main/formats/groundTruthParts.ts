import type { Dataset, Group } from 'h5wasm/node'
import { subsetTruth, type GroundTruth } from '../screen/groundTruth'
import type { AnndataContent } from './hdf5/writeAnndata'
import { readNumbers, readRows, readTexts } from './hdf5/arrays'
import { findDataset, findGroup, requireDataset } from './hdf5/nodes'
import { inconsistent, readScalar } from './hdf5/readAnndata'

/** The truth of a file, with the names of its perturbations: the rows of its tables. */
export interface StoredTruth {
  readonly truth: GroundTruth
  readonly perturbations: readonly string[]
}

/**
 * Where an h5ad keeps the truth of a simulated screen: `obsm/true_latents`, `obsm/true_library`, `varm/true_programmes`
 * (semi-synthetic screens only) and `uns/shiftscope_truth` with `latents`, `perturbations`, `shift`, `edge`, `held_out` and
 * `recipe`. anndata takes parts of a file without breaking it.
 */
export function truthParts({
  truth,
  perturbations,
}: StoredTruth): Pick<AnndataContent, 'obsm' | 'varm' | 'uns'> {
  const latents = truth.latents.length
  const table = [perturbations.length, latents]
  return {
    obsm: {
      true_latents: { shape: [truth.libraryOfCell.length, latents], values: truth.latentsOfCell },
      true_library: { shape: [truth.libraryOfCell.length, 1], values: truth.libraryOfCell },
    },
    varm: truth.programmes
      ? { true_programmes: { shape: [truth.programmes.length / latents, latents], values: truth.programmes } }
      : {},
    uns: {
      shiftscope_truth: {
        latents: truth.latents,
        perturbations,
        shift: { shape: table, values: truth.shifts },
        edge: { shape: table, values: truth.edges },
        held_out: { shape: [perturbations.length], values: Uint8Array.from(truth.heldOut, Number) },
        recipe: truth.recipe,
      },
    },
  }
}

/**
 * Reads what `truthParts` describes, also from a file that anndata has written since.
 * @returns null where the file holds no truth
 * @throws ShiftscopeError `hdf5/missingPart`, `screenFile/inconsistent` where a part of it is missing or of another size
 */
export function readTruth(root: Group): StoredTruth | null {
  const group = findGroup(root, 'uns/shiftscope_truth')
  if (group === null) return null
  const latents = readTexts(requireDataset(group, 'latents'))
  const perturbations = readTexts(requireDataset(group, 'perturbations'))
  const recipe = readScalar(group, 'recipe')
  const latentsOfCell = readTable(requireDataset(root, 'obsm/true_latents'), latents.length)
  const libraryOfCell = Float64Array.from(readTable(requireDataset(root, 'obsm/true_library'), 1))
  const programmes = findDataset(root, 'varm/true_programmes')
  const shifts = readTable(requireDataset(group, 'shift'), latents.length)
  const edges = readTable(requireDataset(group, 'edge'), latents.length)
  const heldOut = Array.from(readNumbers(requireDataset(group, 'held_out')), (flag) => flag !== 0)
  const entries = perturbations.length * latents.length
  if (shifts.length !== entries || edges.length !== entries || heldOut.length !== perturbations.length) {
    throw inconsistent(group.path)
  }
  return {
    perturbations,
    truth: {
      latents,
      latentsOfCell: Float32Array.from(latentsOfCell),
      libraryOfCell,
      shifts: Float32Array.from(shifts),
      edges: Uint8Array.from(edges),
      heldOut,
      programmes: programmes && Float32Array.from(readTable(programmes, latents.length)),
      recipe: typeof recipe === 'string' ? recipe : '',
    },
  }
}

/** A two-dimensional dataset with so many columns, row-major. */
function readTable(dataset: Dataset, columns: number): ArrayLike<number> {
  const { shape } = dataset
  if (shape?.length !== 2 || shape[1] !== columns) throw inconsistent(dataset.path)
  return readRows(dataset, 0, shape[0])
}

/**
 * The truth about the part of a file that was imported.
 * @param cells positions in the file
 * @param genes positions among the file's features
 * @param perturbations names, in the order of the screen
 * @param features all features of the matrix that was read
 * @returns null where the truth is not about these perturbations or features
 */
export function truthOfImport(
  stored: StoredTruth,
  kept: { cells: Uint32Array; genes: Uint32Array; perturbations: readonly string[]; features: number },
): GroundTruth | null {
  const rows = kept.perturbations.map((name) => stored.perturbations.indexOf(name))
  const { programmes, latents } = stored.truth
  if (rows.includes(-1)) return null
  if (programmes && programmes.length !== kept.features * latents.length) return null
  const perturbations = Uint32Array.from(rows)
  return subsetTruth(stored.truth, { cells: kept.cells, genes: kept.genes, perturbations })
}
