import { effectTakenUp, largeShare, overshadowing, type LatentShares } from '@contract/results'

const percent = (share: number): string => `${Math.round(100 * share)} %`

/** What explains most of each content latent; nothing for a run without. */
function contentLines(shares: LatentShares): string[] {
  const { latents, factors, share } = shares
  const found = latents.flatMap(({ name, content }, latent) => {
    if (!content) return []
    // Nested labels say no more than the perturbation does.
    const own = factors.flatMap(({ name, nested }, row) =>
      nested ? [] : [{ name, share: share[row][latent] }],
    )
    const largest = own.reduce((most, each) => (each.share > most.share ? each : most))
    return [`${name} ${largest.name} ${percent(largest.share)}`]
  })
  if (found.length === 0) return []
  const taken = latents.flatMap(({ name }, latent) => {
    const effect = effectTakenUp(shares, latent)
    return effect === null ? [] : [`${name} (${percent(effect)})`]
  })
  return [
    `  content latents, each with what explains most of its spread: ${found.join(', ')}`,
    ...(taken.length === 0
      ? []
      : [
          `  over ${percent(largeShare)} of the spread of ${taken.join(', ')} is explained by the perturbation: that part of the effects is in no edge; compare with a run with fewer content latents, or none`,
        ]),
  ]
}

/**
 * Latents that perturbations may shift and that follow something else, told after training, and what content latents
 * follow; nothing where there are none.
 */
export function shareLines(shares: LatentShares | null): string[] {
  if (!shares) return []
  const found = shares.latents.flatMap(({ name }, latent) => {
    const largest = overshadowing(shares, latent)
    return largest ? [`${name} (${largest.factor.name} ${percent(largest.share)})`] : []
  })
  const ofContent = contentLines(shares)
  if (found.length === 0) return ofContent
  return [
    ...ofContent,
    `  over ${percent(largeShare)} of the spread of ${found.join(', ')} is explained by something else than a perturbation: edges of such latents may be composition, not effect`,
  ]
}
