import type { DrawnGraph } from '../../charts/targetGraph/drawnGraph'
import { formatSigned } from '../../charts/signedNumbers'

/** An edge in a list of one perturbation's or one latent's. */
export interface ShiftEntry {
  /** Index of the perturbation or latent at the other end. */
  key: number
  name: string
  shift: number
  shown: string
  /** How sure it is, in words. */
  certainty: string
}

function entry(graph: DrawnGraph, perturbation: number, latent: number): Omit<ShiftEntry, 'key' | 'name'> {
  const shift = graph.shift[perturbation][latent]
  const { title, shown } = graph.certainty
  return {
    shift,
    shown: formatSigned(shift, graph.digits),
    certainty: `${title} ${shown({ perturbation, latent })}`,
  }
}

/** The latents that a perturbation shifts. */
export function latentsShiftedBy(graph: DrawnGraph, perturbation: number): ShiftEntry[] {
  return graph.latents
    .map(({ label }, key) => ({ key, name: label, ...entry(graph, perturbation, key) }))
    .filter(({ key }) => graph.isEdge({ perturbation, latent: key }))
}

/** The perturbations that shift a latent. */
export function perturbationsShifting(graph: DrawnGraph, latent: number): ShiftEntry[] {
  return graph.perturbations
    .map(({ name }, key) => ({ key, name, ...entry(graph, key, latent) }))
    .filter(({ key }) => graph.isEdge({ perturbation: key, latent }))
}
