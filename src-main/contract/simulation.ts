import { z } from 'zod'

/** What a simulated screen is made from. Every field has a default, unknown fields are refused. */

const seed = z.number().int().min(0).max(0xffffffff).default(0)
/** Share of the perturbations that are meant to be held out: the last ones of the screen. */
const heldOutShare = z.number().min(0).lt(1)
/** Both ends count. */
const wholeRange = (minimum: number, maximum: number) =>
  z
    .strictObject({ minimum: z.number().int().min(0), maximum: z.number().int().min(1) })
    .refine((range) => range.minimum <= range.maximum, { error: 'the minimum is larger than the maximum' })
    .prefault({ minimum, maximum })

/** The published simulator (Lopez et al. 2023, appendix B): a random network turns sparse shifts into counts. */
export const sandboxRecipeSchema = z.strictObject({
  kind: z.literal('sandbox'),
  /**
   * `code`: the published program, which gave the published numbers: expected counts are normalised over cells, targets
   * drawn with replacement. `paper`: the text: normalised within each cell, targets without replacement.
   */
  form: z.enum(['code', 'paper']).default('code'),
  perturbations: z.number().int().min(1).max(100_000).default(100),
  cellsPerPerturbation: z.number().int().min(1).default(500),
  /** Cells without a perturbation; the publication has none. */
  controlCells: z.number().int().min(0).default(0),
  genes: z.number().int().min(1).default(100),
  latents: z.number().int().min(1).max(500).default(15),
  /** Mean size of a shift, e, in standard deviations of a latent. */
  effect: z.number().gt(0).default(5),
  /** Latents that a perturbation shifts, uniformly between the two; not used where a density is given. */
  targets: wholeRange(1, 3),
  /** Share of all possible edges that exist; null draws the targets of each perturbation instead. */
  density: z.number().gt(0).max(1).nullable().default(null),
  heldOutShare: heldOutShare.default(0.2),
  /** Size of the shifts of the held-out perturbations; null as the others. */
  heldOutEffect: z.number().gt(0).nullable().default(null),
  /** Density of the held-out perturbations; null as the others. */
  heldOutDensity: z.number().gt(0).max(1).nullable().default(null),
  /**
   * Code's form: counts of each gene summed over all cells (null: 1e6). Paper's form: counts of each cell (null: 1e5).
   */
  library: z.number().gt(0).nullable().default(null),
  /** Inverse dispersion θ of a negative binomial (variance μ + μ²/θ); null: Poisson, as published. */
  inverseDispersion: z.number().gt(0).nullable().default(null),
  seed,
})
export type SandboxRecipe = z.infer<typeof sandboxRecipeSchema>

/** A screen of real control cells in which the counts of chosen gene programmes are thinned. */
export const semiSyntheticRecipeSchema = z.strictObject({
  kind: z.literal('semi-synthetic'),
  /** Folder of a project (its control cells), or a file of counts (all its cells, or those that `only` names). */
  from: z.string().min(1),
  /** Where in an h5ad the counts are; null lets the reader choose. */
  layer: z.string().nullable().default(null),
  /** Only cells with this label in this column of the cell annotation. */
  only: z
    .strictObject({ column: z.string().min(1), label: z.string() })
    .nullable()
    .default(null),
  /** All perturbations: single ones, those without effect and combinations. */
  perturbations: z.number().int().min(1).default(44),
  /** How many of them do nothing. */
  withoutEffect: z.number().int().min(0).default(4),
  /** How many of them are combinations of two single ones; their shifts add up. */
  combinations: z.number().int().min(0).default(6),
  /** Null shares all cells out. */
  cellsPerPerturbation: z.number().int().min(1).nullable().default(null),
  /** Share of the cells that stay control cells. */
  controlShare: z.number().gt(0).lt(1).default(0.25),
  /** Disjoint groups of genes, each of which is one true latent. */
  programmes: z.number().int().min(1).default(10),
  genesPerProgramme: wholeRange(15, 40),
  /** `coexpressed`: a random gene with those that vary most like it; `random`: any genes. */
  programmeGenes: z.enum(['coexpressed', 'random']).default('coexpressed'),
  /** A gene can be in a programme if so large a share of the cells has it. */
  minimumDetection: z.number().min(0).lt(1).default(0.05),
  /** Largest share of all counts that one programme may hold; each has a bound of its own, from a tenth of this up. */
  countShare: z.number().gt(0).max(1).default(0.05),
  programmesPerPerturbation: wholeRange(1, 3),
  /** Size of a shift in log2 units. */
  effect: z
    .strictObject({ minimum: z.number().gt(0), maximum: z.number().gt(0).max(6) })
    .refine((range) => range.minimum <= range.maximum, { error: 'the minimum is larger than the maximum' })
    .prefault({ minimum: 0.5, maximum: 1 }),
  /** `both`: half of the shifts go up; `down`: programmes are only turned down. */
  direction: z.enum(['both', 'down']).default('both'),
  heldOutShare: heldOutShare.default(0),
  seed,
})
export type SemiSyntheticRecipe = z.infer<typeof semiSyntheticRecipeSchema>

export const simulationRecipeSchema = z.discriminatedUnion('kind', [
  sandboxRecipeSchema,
  semiSyntheticRecipeSchema,
])
export type SimulationRecipe = z.infer<typeof simulationRecipeSchema>

/** What came of a simulation. */
export const simulationReportSchema = z.object({
  cells: z.number().int(),
  controlCells: z.number().int(),
  genes: z.number().int(),
  perturbations: z.number().int(),
  latents: z.number().int(),
  /** True edges; those of combinations are counted too. */
  edges: z.number().int(),
  /** Perturbations that are meant to be held out, in order. */
  heldOut: z.array(z.string()),
  /** Median total count of a cell. */
  medianCounts: z.number(),
  /** Share of zeros in the matrix. */
  zeros: z.number(),
  /** The same of the real cells before thinning; null for the sandbox. */
  real: z.object({ cells: z.number().int(), medianCounts: z.number(), zeros: z.number() }).nullable(),
})
export type SimulationReport = z.infer<typeof simulationReportSchema>

/** `simulation.json`: what lies beside a simulated screen. */
export const simulationDescriptionSchema = z.strictObject({
  recipe: simulationRecipeSchema,
  report: simulationReportSchema,
})
export type SimulationDescription = z.infer<typeof simulationDescriptionSchema>
