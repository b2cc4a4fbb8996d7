import type { Group } from 'h5wasm/node'
import { shareFactorKinds, type ShareFactor } from '@contract/results'
import { z } from 'zod'
import { readNumbers, readTexts } from './hdf5/arrays'
import { findGroup, requireDataset } from './hdf5/nodes'
import { inconsistent, readFloats } from './hdf5/readAnndata'
import type { AnndataTree } from './hdf5/writeAnndata'

/** How much of each latent's spread over cells perturbations, depth and columns of the cell annotation explain. */
export interface LatentShares {
  readonly factors: readonly ShareFactor[]
  /** Adjusted R² of each factor alone, at least 0; factors × latents, row-major. */
  readonly share: Float32Array
}

/** What `uns/latent_shares` holds; `levels` is 0 for factors without levels. */
export function latentShareTree({ factors, share }: LatentShares, latents: readonly string[]): AnndataTree {
  const shape = [factors.length]
  return {
    factors: factors.map(({ name }) => name),
    kinds: factors.map(({ kind }) => kind),
    levels: { shape, values: Int32Array.from(factors, ({ levels }) => levels ?? 0) },
    nested: { shape, values: Uint8Array.from(factors, ({ nested }) => Number(nested)) },
    latents,
    share: { shape: [factors.length, latents.length], values: share },
  }
}

/**
 * Reads what `latentShareTree` describes.
 * @returns null for a file of before there were shares
 * @throws ShiftscopeError `hdf5/missingPart`, `screenFile/inconsistent`
 */
export function readLatentShares(root: Group, latents: number): LatentShares | null {
  const group = findGroup(root, 'uns/latent_shares')
  if (group === null) return null
  const names = readTexts(requireDataset(group, 'factors'))
  const kinds = z.array(z.enum(shareFactorKinds)).safeParse(readTexts(requireDataset(group, 'kinds')))
  const levels = Array.from(readNumbers(requireDataset(group, 'levels')))
  const nested = Array.from(readNumbers(requireDataset(group, 'nested')), (flag) => flag !== 0)
  const same = [kinds.data, levels, nested].every((column) => column?.length === names.length)
  if (!kinds.success || !same) throw inconsistent(group.path)
  return {
    factors: names.map((name, factor) => ({
      name,
      kind: kinds.data[factor],
      levels: levels[factor] === 0 ? null : levels[factor],
      nested: nested[factor],
    })),
    share: readFloats(group, 'share', names.length * latents),
  }
}
