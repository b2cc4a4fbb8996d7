/**
 * Genes of one latent, by signed score from the highest to the lowest.
 * @param geneScores genes × latents, row-major
 * @param latents number of latents (columns)
 * @param latent column to rank
 * @returns gene indices; genes of equal score stay in gene order
 */
export function rankGenes(geneScores: Float32Array, latents: number, latent: number): Uint32Array {
  const order = Uint32Array.from({ length: geneScores.length / latents }, (_, gene) => gene)
  return order.sort((a, b) => geneScores[b * latents + latent] - geneScores[a * latents + latent] || a - b)
}

/**
 * The genes that move a latent most in one direction, strongest first. Genes whose score is zero or has the other sign
 * are never listed, so there may be fewer than `count`.
 * @param geneScores genes × latents, row-major
 * @param direction `up`: positive scores; `down`: negative scores
 */
export function strongestGenes(
  geneScores: Float32Array,
  latents: number,
  latent: number,
  direction: 'up' | 'down',
  count: number,
): Uint32Array {
  const sign = direction === 'up' ? 1 : -1
  const strength = (gene: number) => sign * geneScores[gene * latents + latent]
  const genes = Uint32Array.from({ length: geneScores.length / latents }, (_, gene) => gene)
  return genes
    .filter((gene) => strength(gene) > 0)
    .sort((a, b) => strength(b) - strength(a) || a - b)
    .subarray(0, count)
}
