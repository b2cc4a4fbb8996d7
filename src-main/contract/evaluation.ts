import { z } from 'zod'
import { holdOutRecipeSchema, modelNames } from './recipe'

/** Nats per cell (or in all), with the error that comes from drawing particles; null with one particle. */
export const likelihoodEstimateSchema = z.object({
  value: z.number(),
  standardError: z.number().nullable(),
})
export type LikelihoodEstimate = z.infer<typeof likelihoodEstimateSchema>

/** What a step of the optimiser takes, in particles of a whole batch of cells: about, for the time of an evaluation. */
export const particlesOfAStep = 12

const beforeAndAfter = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ before: schema, after: schema })

/** Interventional negative log-likelihoods of held-out cells, before and after their own cells were used. */
export const heldOutLikelihoodSchema = z.object({
  /** Held-out perturbations, by name; means over their cells. */
  perturbations: z.array(
    beforeAndAfter(likelihoodEstimateSchema).extend({ name: z.string(), cells: z.number().int() }),
  ),
  /** Mean over perturbations of the means over their cells, as the published code scores. */
  mean: beforeAndAfter(likelihoodEstimateSchema),
  /** As equation 18 of the paper reads. */
  sumOverCells: beforeAndAfter(likelihoodEstimateSchema),
})
export type HeldOutLikelihood = z.infer<typeof heldOutLikelihoodSchema>

/** What the transfer protocol gives for a run: after is when the shifts of held-out perturbations were fitted. */
export const transferSchema = heldOutLikelihoodSchema.extend({
  particles: z.number().int(),
  /** Epochs of training with the fixed mask, and of fitting shifts; 0 for models without shifts. */
  epochs: z.object({ fixedMask: z.number().int(), shifts: z.number().int() }),
  /** How many equal weights would say as much as the particles of a cell. */
  effectiveSampleSize: beforeAndAfter(z.object({ median: z.number(), smallest: z.number() })),
})
export type TransferEvaluation = z.infer<typeof transferSchema>

const disentanglementSchema = z.object({
  pearson: z.number(),
  spearman: z.number(),
  rSquared: z.number(),
  cells: z.number().int(),
})

const graphScoresSchema = z.object({ precision: z.number(), recall: z.number(), f1: z.number() })

/** How well the truth of a simulated screen was recovered. */
export const recoverySchema = z.object({
  trueLatents: z.number().int(),
  /** On training cells, as the published numbers, and on held-out ones; null where there are too few. */
  trainingCells: disentanglementSchema,
  heldOutCells: disentanglementSchema.nullable(),
})
export type Recovery = z.infer<typeof recoverySchema>

export const graphEvaluationSchema = z.object({
  /**
   * Learned edges; outliers among the shifts by minimum covariance determinant for models without edges; or permutation
   * tests of a baseline.
   */
  from: z.enum(['probabilities', 'outliers', 'permutations']),
  /** Trained perturbations, latents matched by absolute correlation. */
  scores: graphScoresSchema,
  /** All perturbations, latents matched by signed correlation: only to compare with the published column. */
  asPublished: graphScoresSchema,
})
export type GraphEvaluation = z.infer<typeof graphEvaluationSchema>

/** How well the strongest genes of latents are those of the true programmes (semi-synthetic screens). */
export const geneListsSchema = z.object({
  /** Mean over programmes. */
  mean: z.number(),
  programmes: z.array(
    z.object({
      name: z.string(),
      /** Genes of the programme in the screen, n. */
      genes: z.number().int(),
      /** Share of the n strongest genes of its latent that belong to it; 0 without a latent. */
      share: z.number(),
    }),
  ),
})
export type GeneLists = z.infer<typeof geneListsSchema>

/** How well pairs of trained perturbations with similar true effects are found. */
export const similarPairsSchema = z.object({
  pairs: z.number().int(),
  /** Pairs whose true shifts have a cosine over 0.5; their share is what guessing scores. */
  similar: z.number().int(),
  /** Average precision by the cosine of shifts × edge probabilities (shifts that are edges, for ICA). */
  fromShifts: z.number().nullable(),
  /** Average precision by the cosine of observed shifts, edges or not (of effects on all genes, for perturbation means). */
  fromObservedShifts: z.number().nullable(),
})
export type SimilarPairs = z.infer<typeof similarPairsSchema>

/** What is told of a simulated screen only, by comparing with its truth. */
export const truthParts = ['recovery', 'graph', 'geneLists', 'similarPairs'] as const
export const evaluationParts = ['validationNegativeElbo', 'transfer', ...truthParts, 'refined'] as const

/** `runs/<id>/evaluation.json`: how a run is judged. A part that cannot be had is null, with the reason. */
export const evaluationSchema = z.object({
  schemaVersion: z.literal(1),
  run: z.string(),
  model: z.enum(modelNames),
  createdAt: z.iso.datetime(),
  /** The rule by which perturbations were held out: its pathway names a column of the paper's table 3. */
  holdOut: holdOutRecipeSchema,
  /** Nats per validation cell at the end of training. */
  validationNegativeElbo: z.number().nullable(),
  transfer: transferSchema.nullable(),
  recovery: recoverySchema.nullable(),
  graph: graphEvaluationSchema.nullable(),
  /** Null, as the next, without a reason in files of before it was told. */
  geneLists: geneListsSchema.nullable().default(null),
  similarPairs: similarPairsSchema.nullable().default(null),
  /**
   * Recovery by latents that were refined with the label of each cell, and the negative ELBO of the refined cells before
   * and after, nats per cell; null where it was not asked for.
   */
  refined: z
    .object({ recovery: recoverySchema, negativeElbo: beforeAndAfter(z.number()) })
    .nullable()
    .default(null),
  missing: z.array(z.object({ part: z.enum(evaluationParts), reason: z.string() })),
})
export type Evaluation = z.infer<typeof evaluationSchema>

/**
 * The true graph of a simulated screen beside the one that a run has learned, after every true latent was matched to at
 * most one learned latent by their correlation over training cells. Tables are perturbations × true latents.
 */
export const trueGraphSchema = z.object({
  perturbations: z.array(z.object({ name: z.string(), trained: z.boolean() })),
  latents: z.array(
    z.object({
      name: z.string(),
      /** The learned latent, `z1`, and its correlation, sign included; null where the model has too few. */
      match: z.object({ latent: z.string(), correlation: z.number() }).nullable(),
    }),
  ),
  /** In standard deviations in the sandbox, in log2 units in a screen made from real cells; 0 without an edge. */
  shift: z.array(z.array(z.number())),
  edges: z.array(z.array(z.boolean())),
  /** Null for models without shifts. Perturbations that were not trained have no edges. */
  learned: z
    .object({
      from: graphEvaluationSchema.shape.from,
      /** In prior standard deviations, turned to the sign of the true latent. */
      shift: z.array(z.array(z.number())),
      edges: z.array(z.array(z.boolean())),
      /** Learned latents that stand for no true one; all their edges are false. */
      unmatched: z.array(z.object({ latent: z.string(), edges: z.number().int() })),
    })
    .nullable(),
})
export type TrueGraph = z.infer<typeof trueGraphSchema>

/** Agreement of runs that differ only in their seed; nothing of it needs the truth. */
export const runAgreementSchema = z.object({
  groups: z.array(
    z.object({
      model: z.enum(modelNames),
      runs: z.array(
        z.object({
          run: z.string(),
          /** Median similarity to the other runs, between 0 and 1 (unsupervised disentanglement ranking). */
          ranking: z.number(),
          /** The next two are null for models without edges and shifts. Edges of the run. */
          edges: z.number().int().nullable(),
          /** Mean over its edges of the share of runs that have them; also null without edges. */
          edgeRecurrence: z.number().nullable(),
        }),
      ),
    }),
  ),
})
export type RunAgreement = z.infer<typeof runAgreementSchema>
