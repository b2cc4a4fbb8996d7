import type { GeneLists } from '@contract/evaluation'
import type { Matrix } from '../numerics/matrix'

/**
 * How well the strongest genes of latents are those of the true programmes: for a programme of n genes, the share of the
 * n genes of largest absolute score on its latent that belong to it. By chance it is n over the number of genes.
 * @param programmes genes × true latents; over 0 for genes of a programme. A programme without genes is left out.
 * @param names of the true latents
 * @param geneScores genes × estimated latents; of equal scores the first gene counts as the stronger
 * @param estimateOf for each true latent the estimated one or -1, as from `matchLatents`
 * @returns null where no programme has a gene
 */
export function geneListRecovery(
  programmes: Matrix,
  names: readonly string[],
  geneScores: Matrix,
  estimateOf: Int32Array,
): GeneLists | null {
  const genes = Uint32Array.from({ length: programmes.rows }, (_, gene) => gene)
  const lists = names.flatMap((name, programme) => {
    const isMember = (gene: number) => programmes.values[gene * programmes.columns + programme] > 0
    const members = genes.filter(isMember).length
    if (members === 0) return []
    const latent = estimateOf[programme]
    if (latent < 0) return [{ name, genes: members, share: 0 }]
    const strength = (gene: number) => Math.abs(geneScores.values[gene * geneScores.columns + latent])
    const strongest = genes.toSorted((a, b) => strength(b) - strength(a) || a - b).subarray(0, members)
    return [{ name, genes: members, share: strongest.filter(isMember).length / members }]
  })
  if (lists.length === 0) return null
  return { mean: lists.reduce((sum, { share }) => sum + share, 0) / lists.length, programmes: lists }
}
