import { largeShare, overshadowing, type LatentShares } from '@contract/results'

const percent = (share: number): string => `${Math.round(100 * share)} %`

/** What explains most of each content latent; nothing for a run without. */
function contentLines({ latents, factors, share }: LatentShares): string[] {
  const found = latents.flatMap(({ name, content }, latent) => {
    if (!content) return []
    // Nested labels say no more than the perturbation does.
    const shares = factors.flatMap(({ name, nested }, row) =>
      nested ? [] : [{ name, own: share[row][latent] }],
    )
    const largest = shares.reduce((most, each) => (each.own > most.own ? each : most))
    return [`${name} ${largest.name} ${percent(largest.own)}`]
  })
  return found.length === 0
    ? []
    : [`  content latents, each with what explains most of its spread: ${found.join(', ')}`]
}

/**
 * Latents that perturbations may shift and that follow something else, told after training, and what content latents
 * follow; nothing where there are none.
 */
export function shareLines(shares: LatentShares | null): string[] {
  if (!shares) return []
  const found = shares.latents.flatMap(({ name, content }, latent) => {
    if (content) return []
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
