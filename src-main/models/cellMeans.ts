import type { Pass } from '../compute/model'
import type { ObjectiveTerms } from './body'

/** Terms of mean over cells(-log p(x | z) + weight · KL), times a factor. */
export function cellMeans<T>(
  { input }: Pass<T>,
  terms: ObjectiveTerms<T>,
  { klWeight, factor }: { klWeight: number; factor: number },
): { term: T; weight: number }[] {
  const perCell = factor / input.cells
  return [
    { term: terms.logLikelihood, weight: -perCell },
    { term: terms.kl, weight: perCell * klWeight },
  ]
}
