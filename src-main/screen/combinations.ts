import { targetsOf } from './targets'

/**
 * The perturbations that each one consists of, as indices into `perturbations`: for a combination `A+B` those of A and
 * B, where every part also occurs alone; otherwise the perturbation itself, since what a part does cannot be told from
 * what the others do.
 */
export function partsOfPerturbations(perturbations: readonly string[]): readonly (readonly number[])[] {
  const indexOf = new Map(perturbations.map((name, index) => [name, index]))
  return perturbations.map((name, own) => {
    const parts = [...new Set(targetsOf(name))]
    const known = parts.flatMap((part) => indexOf.get(part) ?? []).filter((index) => index !== own)
    return known.length > 1 && known.length === parts.length ? known.toSorted((a, b) => a - b) : [own]
  })
}
