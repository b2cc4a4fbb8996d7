import type { TargetGraph } from '@contract/results'

/** A cell of a graph: indices into its perturbations and latents. */
export interface GraphCell {
  perturbation: number
  latent: number
}

/** How sure a pair of perturbation and latent is. */
export interface Certainty {
  /** Of axis and column: "Edge probability". */
  title: string
  /** Name of the column in saved tables. */
  key: string
  /** The number of a pair. */
  of: (at: GraphCell) => number
  shown: (at: GraphCell) => string
  /** What an invisible and what a full colour stand for. */
  ends: readonly [string, string]
}

/** How the parts of a graph are called. */
export interface GraphWords {
  title: string
  /** What a column is; in the plural an s is added. */
  latent: string
  /** Shift with its unit. */
  shift: string
  /** When a pair is an edge, as the key to the figure. */
  edge: string
  /** The same after a number of edges. */
  edgesIn: string
}

/**
 * What the drawings and lists of a graph need, whatever found it. Matrices are perturbations × latents, in the order of
 * `perturbations` and `latents`.
 */
export interface DrawnGraph extends Pick<
  TargetGraph,
  'latents' | 'shift' | 'observed' | 'perturbationOrder' | 'latentOrder'
> {
  perturbations: readonly (TargetGraph['perturbations'][number] & { heldOut: boolean })[]
  /** From 0, nothing is known, to 1, sure. */
  opacity: readonly (readonly number[])[]
  certainty: Certainty
  isEdge: (at: GraphCell) => boolean
  /** Symmetric limit of the colours of shifts. */
  limit: number
  /** Decimals of a shift. */
  digits: number
  words: GraphWords
}

/** All edges, in the clustered order: row by row, then column by column. */
export function edgesOf(graph: DrawnGraph): GraphCell[] {
  return graph.perturbationOrder.flatMap((perturbation) =>
    graph.latentOrder.map((latent) => ({ perturbation, latent })).filter((cell) => graph.isEdge(cell)),
  )
}

/** All edges, largest absolute shift first. */
export function strongestEdges(graph: DrawnGraph): GraphCell[] {
  const size = ({ perturbation, latent }: GraphCell) => Math.abs(graph.shift[perturbation][latent])
  return edgesOf(graph).sort((one, other) => size(other) - size(one))
}

/** Largest absolute shift of an edge; where there is no edge, of any pair. */
export function largestShift(
  shift: readonly (readonly number[])[],
  isEdge: (at: GraphCell) => boolean,
): number {
  let overEdges = 0
  let overAll = 0
  shift.forEach((row, perturbation) =>
    row.forEach((value, latent) => {
      overAll = Math.max(overAll, Math.abs(value))
      if (isEdge({ perturbation, latent })) overEdges = Math.max(overEdges, Math.abs(value))
    }),
  )
  return overEdges || overAll
}

/** The name of a perturbation in a drawing; a held-out one is marked. */
export function perturbationLabel({ perturbations }: DrawnGraph, index: number): string {
  const { name, heldOut } = perturbations[index]
  return heldOut ? `${name} †` : name
}
