import { largeShare, overshadowing, type LatentShares } from '@contract/results'

const percent = (share: number): string => `${Math.round(100 * share)} %`

/** Latents that follow something else than perturbations, told after training; nothing where there are none. */
export function shareLines(shares: LatentShares | null): string[] {
  if (!shares) return []
  const found = shares.latents.flatMap(({ name }, latent) => {
    const largest = overshadowing(shares, latent)
    return largest ? [`${name} (${largest.factor.name} ${percent(largest.share)})`] : []
  })
  if (found.length === 0) return []
  return [
    `  over ${percent(largeShare)} of the spread of ${found.join(', ')} is explained by something else than a perturbation: edges of such latents may be composition, not effect`,
  ]
}
