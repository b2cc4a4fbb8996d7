import type { Finding, countsFormats } from '@contract/inspection'
import type { Covariate } from '../screen/screen'
import type { StoredTruth } from './groundTruthParts'

/** Stored entries of a cells × features matrix, in any order; the arrays are reused from block to block. */
export interface EntryBlock {
  readonly cells: Uint32Array
  readonly features: Uint32Array
  /** As stored: not yet known to be counts. */
  readonly values: Float64Array
  length: number
}

export const blockLength = 1 << 16

export function newBlock(): EntryBlock {
  return {
    cells: new Uint32Array(blockLength),
    features: new Uint32Array(blockLength),
    values: new Float64Array(blockLength),
    length: 0,
  }
}

export const featureKinds = ['gene', 'guide', 'other'] as const
export type FeatureKind = (typeof featureKinds)[number]

/** The columns of a stored matrix before they are split into genes and guides. */
export interface Features {
  readonly ids: readonly string[]
  readonly symbols: readonly string[]
  readonly kinds: readonly FeatureKind[]
  /** The file's own words for the types that are neither genes nor guides. */
  readonly otherTypes: readonly string[]
}

/** A matrix of a file that may hold the counts. */
export interface StoredMatrix {
  /** `X`, `raw/X`, `layers/NAME`; `matrix` where the format has only one. */
  readonly name: string
  readonly features: Features
  /** Stored entries, where the file says so before it is read; for progress only. */
  readonly storedEntries: number | null
  /** Reads the matrix from the beginning; may be called several times. */
  readonly entries: () => AsyncIterable<EntryBlock>
}

/** An opened file or folder of counts: names and annotation are read, the matrix is not. */
export interface CountsFile {
  readonly format: (typeof countsFormats)[number]
  readonly path: string
  readonly barcodes: readonly string[]
  readonly cellColumns: ReadonlyMap<string, Covariate>
  /** In the order in which they are tried when no location is chosen. */
  readonly matrices: readonly StoredMatrix[]
  readonly findings: readonly Finding[]
  /** The truth of a simulated screen, about all cells of the file. */
  readonly truth?: StoredTruth
}

/** The kind of a feature from its type in 10x files. Cell Ranger 2 and other programs give none: then it is a gene. */
export function featureKind(type: string): FeatureKind {
  if (type === '' || /^gene expression$/i.test(type)) return 'gene'
  return /^(?:crispr guide capture|crispr|guide capture|grna|sgrna)$/i.test(type) ? 'guide' : 'other'
}

/** @param types one for each feature; empty where the file gives none */
export function makeFeatures(
  ids: readonly string[],
  symbols: readonly string[],
  types: readonly string[] | null,
): Features {
  const kinds = ids.map((_, i) => featureKind(types?.[i] ?? ''))
  const others = new Set((types ?? []).filter((_, i) => kinds[i] === 'other'))
  return { ids, symbols, kinds, otherTypes: [...others] }
}
