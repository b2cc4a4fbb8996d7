import { z } from 'zod'

/** An edge of the target graph is a probability over this. */
export const edgeThreshold = 0.5

/** A row of the target graph. */
export const graphPerturbationSchema = z.object({
  name: z.string(),
  cells: z.number().int(),
  edges: z.number().int(),
})

/** A column of the target graph. */
export const graphLatentSchema = z.object({
  /** `z1`, `z2`, … */
  name: z.string(),
  /** The name the person gave, or "Latent 1". */
  label: z.string(),
  edges: z.number().int(),
  /** The three genes of largest absolute score. */
  topGenes: z.array(z.string()),
})

/**
 * How far the cells of perturbations lie from the reference cells in the encoder means, in the order of the target
 * graph's `perturbations` and `latents`. Null where too few cells could be compared.
 */
export const observedShiftsSchema = z.object({
  shift: z.array(z.array(z.number().nullable())),
  standardError: z.array(z.array(z.number().nullable())),
  /** Cells of each perturbation that were compared. */
  cells: z.array(z.number().int()),
  /** `control`, or `all other cells` in a screen without controls. */
  referenceName: z.string(),
  /** Columns of the cell annotation within whose levels cells were compared. */
  within: z.array(z.string()),
})

/**
 * Which perturbation shifts which latent. Matrices are perturbations × latents, in the order of `perturbations` and
 * `latents`; the two orders are permutations by hierarchical clustering for display.
 */
export const targetGraphSchema = z.object({
  threshold: z.number(),
  perturbations: z.array(graphPerturbationSchema),
  latents: z.array(graphLatentSchema),
  /** Probability that the perturbation shifts the latent. */
  probability: z.array(z.array(z.number())),
  /** Shift of the latent's mean against control, in prior standard deviations. */
  shift: z.array(z.array(z.number())),
  /** Null for a run of before they were computed. */
  observed: observedShiftsSchema.nullable(),
  perturbationOrder: z.array(z.number().int()),
  latentOrder: z.array(z.number().int()),
})
export type TargetGraph = z.infer<typeof targetGraphSchema>

/** What a latent may follow: the perturbation, how deeply a cell was sequenced, labels or measurements of cells. */
export const shareFactorKinds = ['perturbation', 'depth', 'labels', 'measurement'] as const

export const shareFactorSchema = z.object({
  /** `perturbation`, `depth`, or the column of the cell annotation. */
  name: z.string(),
  kind: z.enum(shareFactorKinds),
  /** Levels that occur; null for a straight line over numbers. */
  levels: z.number().int().nullable(),
  /**
   * Whether each level goes with one perturbation only, or each perturbation with one level: such labels (guides, target
   * families, a batch for each perturbation) cannot be told from the perturbation.
   */
  nested: z.boolean(),
})
export type ShareFactor = z.infer<typeof shareFactorSchema>

/** How much of the variance of each latent's encoder means over cells each factor alone explains. */
export const latentSharesSchema = z.object({
  latents: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      /** Whether no perturbation shifts it; such latents come last. */
      content: z.boolean(),
    }),
  ),
  factors: z.array(shareFactorSchema),
  /** Adjusted R² between 0 and 1, factors × latents. */
  share: z.array(z.array(z.number())),
})
export type LatentShares = z.infer<typeof latentSharesSchema>

/** Over this share of something that is no perturbation, the edges of a latent are called into question. */
export const largeShare = 0.3

/**
 * What explains most of a latent beside the perturbation, where that is over `largeShare`; null where nothing is, and for
 * a content latent, which has no edges to call into question.
 */
export function overshadowing(
  { latents, factors, share }: LatentShares,
  latent: number,
): { factor: ShareFactor; share: number } | null {
  if (latents[latent].content) return null
  const others = factors
    .map((factor, row) => ({ factor, share: share[row][latent] }))
    .filter(({ factor, share: own }) => factor.kind !== 'perturbation' && !factor.nested && own > largeShare)
  if (others.length === 0) return null
  return others.reduce((most, each) => (each.share > most.share ? each : most))
}

/**
 * Share of a content latent that the perturbation explains, where that is over `largeShare`: that part of the effects is
 * in no edge. Null where it is not, and for a latent that perturbations may shift.
 */
export function effectTakenUp({ latents, factors, share }: LatentShares, latent: number): number | null {
  const row = factors.findIndex(({ kind }) => kind === 'perturbation')
  if (!latents[latent].content || row < 0) return null
  return share[row][latent] > largeShare ? share[row][latent] : null
}

/** A gene of a latent's list. */
export const latentGeneSchema = z.object({
  rank: z.number().int(),
  id: z.string(),
  symbol: z.string(),
  /** Mean integrated gradient of the latent's encoder mean with respect to log(1 + count); sign is the direction. */
  score: z.number(),
  /** Mean counts per cell, to judge whether a gene is measured well. */
  meanCount: z.number(),
})
export type LatentGene = z.infer<typeof latentGeneSchema>

export const latentGenesSchema = z.object({
  latent: z.string(),
  label: z.string(),
  /** Genes whose expression raises the latent, strongest first. */
  up: z.array(latentGeneSchema),
  /** Genes whose expression lowers the latent, strongest first. */
  down: z.array(latentGeneSchema),
})
export type LatentGenes = z.infer<typeof latentGenesSchema>

/** Distribution of a latent's encoder mean in the cells of one perturbation beside the control cells. */
export const latentDistributionSchema = z.object({
  edges: z.array(z.number()),
  /** Share of the perturbation's cells in each bin. */
  perturbation: z.array(z.number()),
  /** Share of the control cells (of all other cells in a screen without controls) in each bin. */
  reference: z.array(z.number()),
  referenceName: z.string(),
  perturbationMean: z.number(),
  referenceMean: z.number(),
})
export type LatentDistribution = z.infer<typeof latentDistributionSchema>

/** A file written by export. */
export const exportedFileSchema = z.object({ path: z.string(), bytes: z.number().int(), content: z.string() })
export type ExportedFile = z.infer<typeof exportedFileSchema>
