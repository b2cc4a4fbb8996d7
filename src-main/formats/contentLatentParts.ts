import type { Group } from 'h5wasm/node'
import { readTexts } from './hdf5/arrays'
import { findGroup, requireDataset } from './hdf5/nodes'
import { inconsistent, readFloats } from './hdf5/readAnndata'
import type { AnndataTree } from './hdf5/writeAnndata'

/** Latents that no perturbation shifts. Matrices are row-major. */
export interface ContentLatents {
  /** `c1`, `c2`, … */
  readonly latents: readonly string[]
  /** Encoder mean of every cell, cells × content latents. */
  readonly means: Float32Array
  /** As those of the other latents, genes × content latents. */
  readonly geneScores: Float32Array
}

const note =
  'Latents that no perturbation shifts: obsm/X_content holds their encoder means, varm/content_gene_scores their gene scores. Their prior is N(0, 1) in every cell. What of an effect they took up is in no edge and no shift.'

/** What `uns/content_latents` holds beside the two matrices. */
export function contentLatentTree({ latents }: ContentLatents): AnndataTree {
  return { latents, note }
}

/**
 * Reads what `contentLatentTree` describes, with the two matrices.
 * @returns null for a file without content latents
 * @throws ShiftscopeError `hdf5/missingPart`, `screenFile/inconsistent`
 */
export function readContentLatents(root: Group, cells: number, genes: number): ContentLatents | null {
  const latents = readContentNames(root)
  if (latents.length === 0) return null
  return {
    latents,
    means: readFloats(root, 'obsm/X_content', cells * latents.length),
    geneScores: readFloats(root, 'varm/content_gene_scores', genes * latents.length),
  }
}

/**
 * Names of the content latents of a file; none in one without.
 * @throws ShiftscopeError `hdf5/missingPart`, `screenFile/inconsistent`
 */
export function readContentNames(root: Group): string[] {
  const group = findGroup(root, 'uns/content_latents')
  if (group === null) return []
  const names = readTexts(requireDataset(group, 'latents'))
  if (names.length === 0) throw inconsistent(group.path)
  return names
}
