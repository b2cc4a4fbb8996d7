import { z } from 'zod'
import {
  geneListsSchema,
  graphEvaluationSchema,
  heldOutLikelihoodSchema,
  recoverySchema,
  similarPairsSchema,
  truthParts,
} from './evaluation'
import { holdOutRecipeSchema } from './recipe'
import { graphLatentSchema, graphPerturbationSchema } from './results'

/**
 * Simple rows beside every model: the mean of control cells, the mean of each perturbation's own cells, a linear model
 * (principal components of perturbation means), and independent components of the effects of perturbations.
 */
export const baselineNames = ['control-mean', 'perturbation-mean', 'linear', 'ica'] as const
export type BaselineName = (typeof baselineNames)[number]

export const baselineParts = ['transfer', 'edges', ...truthParts] as const

/** A row of a comparison, with the parts of an evaluation. A part that cannot be had is null, with the reason. */
export const baselineRowSchema = z.object({
  baseline: z.enum(baselineNames),
  /** After is with the cells of the held-out perturbation itself. Nothing is drawn: standard errors are 0. */
  transfer: heldOutLikelihoodSchema.nullable(),
  /** Edges of the trained perturbations. */
  edges: z.object({ found: z.number().int(), possible: z.number().int() }).nullable(),
  recovery: recoverySchema.nullable(),
  graph: graphEvaluationSchema.nullable(),
  geneLists: geneListsSchema.nullable(),
  similarPairs: similarPairsSchema.nullable(),
  missing: z.array(z.object({ part: z.enum(baselineParts), reason: z.string() })),
})
export type BaselineRow = z.infer<typeof baselineRowSchema>

/** Which row to trust on a screen of this size. */
export const adviceSchema = z.object({
  /** `icaForEdges`: with so few cells of each perturbation, ICA has found edges better than a model. */
  code: z.enum(['icaForEdges']),
  /** Median over trained perturbations of their training cells. */
  medianCells: z.number(),
  /** The advice holds below so many. */
  bound: z.number(),
  /** The same in a sentence for people. */
  message: z.string(),
})
export type Advice = z.infer<typeof adviceSchema>

/** The simple rows of a prepared screen; they depend on no run. */
export const baselinesSchema = z.object({
  schemaVersion: z.literal(1),
  /** SHA-256 of the prepared `screen.h5ad`. */
  screenSha256: z.string(),
  createdAt: z.iso.datetime(),
  holdOut: holdOutRecipeSchema,
  /** Components of the linear model and of ICA: as many as the models beside them have latents. */
  components: z.number().int(),
  /** Columns of the cell annotation within whose levels ICA compares cells. */
  compareWithin: z.array(z.string()),
  /** In the order of `baselineNames`. */
  rows: z.array(baselineRowSchema),
  /** Null where nothing is known that speaks for a row. */
  advice: adviceSchema.nullable(),
})
export type Baselines = z.infer<typeof baselinesSchema>

/** When a shift of ICA is an edge: both must hold. */
const icaEdgeRuleSchema = z.object({
  /** Largest adjusted p. Files of before this was written have edges at these values. */
  falseDiscoveryRate: z.number().default(0.05),
  /** Smallest absolute shift, as a share of the largest one of its component over trained perturbations. */
  effectFloor: z.number().default(0.3),
})

/** Tables of ICA, row-major; perturbations and genes are those of the prepared screen, in its order. */
export const icaTablesSchema = icaEdgeRuleSchema.extend({
  /** `IC1`, `IC2`, … */
  components: z.array(z.string()),
  /** Mean score against control within levels, perturbations × components. */
  shifts: z.array(z.number()),
  /** Benjamini-Hochberg adjusted p of each shift. */
  adjustedP: z.array(z.number()),
  /** 1 for edges. */
  edges: z.array(z.number().int()),
  /** Genes × components. */
  geneScores: z.array(z.number()),
})
export type IcaTables = z.infer<typeof icaTablesSchema>

/**
 * The tables of ICA as a graph to look at, with held-out perturbations, which are only projected on the components.
 * Matrices are perturbations × components; the two orders are permutations by hierarchical clustering for display.
 */
export const icaGraphSchema = icaEdgeRuleSchema.extend({
  perturbations: z.array(graphPerturbationSchema.extend({ heldOut: z.boolean() })),
  components: z.array(graphLatentSchema),
  /** Mean score against control within levels: the change of log-expression for a gene with a loading of one. */
  shift: z.array(z.array(z.number())),
  /** Benjamini-Hochberg adjusted p. */
  adjustedP: z.array(z.array(z.number())),
  edges: z.array(z.array(z.boolean())),
  perturbationOrder: z.array(z.number().int()),
  componentOrder: z.array(z.number().int()),
})
export type IcaGraph = z.infer<typeof icaGraphSchema>
