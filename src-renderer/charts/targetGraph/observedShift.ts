import { formatFixed, formatSigned } from '../signedNumbers'
import type { DrawnGraph, GraphCell } from './drawnGraph'

/** Observed shift of a pair of perturbation and latent. */
export interface ObservedShift {
  shift: number
  /** Null where a side has too few cells to tell. */
  standardError: number | null
}

/** Null where nothing could be compared, and for runs of before there were observed shifts. */
export function observedAt(
  graph: Pick<DrawnGraph, 'observed'>,
  { perturbation, latent }: GraphCell,
): ObservedShift | null {
  const shift = graph.observed?.shift[perturbation][latent] ?? null
  if (shift === null) return null
  return { shift, standardError: graph.observed?.standardError[perturbation][latent] ?? null }
}

/** `+1.50 ± 0.10`; a dash where there is none. */
export function observedText(observed: ObservedShift | null): string {
  if (observed === null) return '–'
  const { shift, standardError } = observed
  return standardError === null
    ? formatSigned(shift)
    : `${formatSigned(shift)} ± ${formatFixed(standardError)}`
}
