import type { ModelRecipe } from '@contract/recipe'

/** A configuration whose options are filled in. */
type Configuration = Pick<ModelRecipe, 'model' | 'alpha' | 'form'>

/**
 * About the smallest shift that keeps its edge in a perturbation of n training cells, in prior standard deviations;
 * null for models without the prior Beta(1, α).
 *
 * What the loss of sVAE+ says of one pair, with edge probability q = sigmoid(l), shift μ, and m the mean of the encoder
 * means of the perturbation's cells: averaged over the mask, the KL term is linear in q,
 *
 *   L(q, μ) = n q (½μ² - mμ) + S(q),
 *
 * lowest at μ = m, where an edge gains n q m² / 2. An edge is a q over ½.
 *
 * - As in the published code, S = -log Beta(q; 1, α) = -(α - 1) log(1 - q). dL/dl = 0 gives
 *   1 - q = 2 (α - 1) / (n m²), so q > ½ where m > 2 √((α - 1) / n).
 * - As in the paper, S = KL(Bern(q) ‖ Bern(ψ)) - log Beta(ψ; 1, α), lowest at ψ = q / α. Then
 *   dS/dq = logit(q) - logit(q / α), which grows with q and is log(2α - 1) at q = ½: q > ½ where
 *   m > √(2 log(2α - 1) / n).
 *
 * Both hold at rest, with m as it is. In training they bound from below: the encoder gives way to a prior that pulls m
 * to zero, and an edge that is lost early seldom comes back.
 */
export function smallestDetectableShift({ model, alpha, form }: Configuration, cells: number): number | null {
  if (model !== 'svae-plus' || alpha === null) return null
  const strength = Math.max(1, alpha)
  return form === 'paper'
    ? Math.sqrt((2 * Math.log(2 * strength - 1)) / cells)
    : 2 * Math.sqrt((strength - 1) / cells)
}

/** A shift that biologists would not want to miss, in prior standard deviations. */
export const wantedShift = 0.5
