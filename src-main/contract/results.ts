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
