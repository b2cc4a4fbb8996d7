import { z } from 'zod'

/**
 * The recipe: the choices of all steps together, written to `recipe.yaml` and run by the command line to the same
 * result. Every field has a default, unknown fields are refused.
 */

/** Step 1: which files, which labels, which controls. Paths are absolute or relative to the project's folder. */
export const screenRecipeSchema = z.strictObject({
  /** 10x folder, 10x HDF5, h5ad, CSV or TSV. */
  counts: z.string().min(1),
  /** Where in an h5ad the counts are (`X`, `raw/X`, `layers/NAME`); null lets the reader choose. */
  layer: z.string().nullable().default(null),
  /** Guide table; null when the guides come from a column or from the guide UMIs in the matrix. */
  guides: z.string().nullable().default(null),
  /** Guide-to-target table; null derives the target from the guide's name. */
  guideTargets: z.string().nullable().default(null),
  /** Column of the cell annotation (obs) that holds the perturbation of each cell. */
  perturbationColumn: z.string().nullable().default(null),
  /** Labels of control guides or perturbations; `auto` finds them by name; an empty list means a screen without controls. */
  controls: z.union([z.literal('auto'), z.array(z.string().min(1))]).default('auto'),
  /** Cells with guides of several targets: one perturbation `A+B` in sorted order, or dropped. */
  multiple: z.enum(['combine', 'drop']).default('combine'),
  /** Rule for calling guides from guide UMIs in the matrix. */
  guideCalling: z
    .strictObject({
      /** Fewest UMIs of a guide in a cell. */
      minimumUmis: z.number().int().min(1).default(5),
      /** Smallest share of the cell's guide UMIs, between 0 and 1. */
      minimumShare: z.number().min(0).max(1).default(0.2),
    })
    .prefault({}),
})
export type ScreenRecipe = z.infer<typeof screenRecipeSchema>

/** Step 2: which cells and genes are good enough. */
export const qualityRecipeSchema = z.strictObject({
  /** Fewest counts (UMIs) of a kept cell. */
  minimumCounts: z.number().int().min(0).default(0),
  /** Fewest detected genes of a kept cell. */
  minimumGenes: z.number().int().min(0).default(0),
  /** Perturbations with fewer kept cells are removed. */
  minimumCellsPerPerturbation: z.number().int().min(1).default(20),
  /** Number of variable genes to keep (seurat_v3), or every measured gene. Targets of the screen are always kept. */
  variableGenes: z.union([z.number().int().min(10), z.literal('all')]).default(3000),
})
export type QualityRecipe = z.infer<typeof qualityRecipeSchema>

/** Step 3: which perturbations the model never sees while training. */
export const holdOutRecipeSchema = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('none') }),
  z.strictObject({
    rule: z.literal('random'),
    /** Share of the perturbations (controls not counted), over 0 and under 1. */
    share: z.number().gt(0).lt(1),
  }),
  z.strictObject({
    rule: z.literal('strongest'),
    /** The N perturbations of largest MMD against the controls. */
    count: z.number().int().min(1),
  }),
  z.strictObject({
    rule: z.literal('pathway'),
    /** A GMT file and the name of one of its rows. */
    file: z.string().min(1),
    name: z.string().min(1),
  }),
  z.strictObject({ rule: z.literal('list'), perturbations: z.array(z.string().min(1)).min(1) }),
])
export type HoldOutRecipe = z.infer<typeof holdOutRecipeSchema>

export const splitRecipeSchema = z.strictObject({
  /** Share of the training perturbations' cells kept for validation. */
  validationShare: z.number().min(0).max(0.5).default(0.1),
  /** Seeds the hold-out and the validation split. */
  seed: z.number().int().min(0).max(0xffffffff).default(0),
  /**
   * A held-out perturbation A whose target also occurs in a training combination A+B would leak into training:
   * refuse, hold the combinations out too, or allow it knowingly.
   */
  sharedTargets: z.enum(['refuse', 'holdOutToo', 'allow']).default('refuse'),
})
export type SplitRecipe = z.infer<typeof splitRecipeSchema>

export const modelNames = ['vae', 'beta-vae', 'ivae', 'svae', 'svae-plus', 'sams-vae'] as const
export type ModelName = (typeof modelNames)[number]
/** `code` as in the published code, which gives the published numbers; `paper` as the equations read. */
export const modelForms = ['code', 'paper'] as const

/** Choices that only some models have. */
export type ModelOption = 'alpha' | 'beta' | 'form' | 'edgeProbability' | 'mask' | 'start'
export const modelOptions: Readonly<Record<ModelName, readonly ModelOption[]>> = {
  vae: [],
  'beta-vae': ['beta'],
  ivae: ['form'],
  svae: ['alpha', 'form'],
  'svae-plus': ['alpha', 'form', 'mask', 'start'],
  'sams-vae': ['edgeProbability'],
}
const allOptions: readonly ModelOption[] = ['alpha', 'beta', 'form', 'edgeProbability', 'mask', 'start']
/** More threads than any processor for which this is written: a typing error. */
export const mostThreads = 256
/** Mask of sVAE+: `drawn` for each cell, as published, or the divergence averaged over it (`marginal`), which is exact. */
export const maskNames = ['drawn', 'marginal'] as const
export const deviceNames = ['auto', 'cpu', 'webgpu', 'cuda'] as const

/** More would leave little of what cells differ in to the latents that perturbations shift. */
export const mostContentLatents = 100

const learningRateSchema = z.number().gt(0).max(1)

/** Epochs of an iVAE before sVAE+; its latents are then turned so that few of them are shifted by each perturbation. */
export const startRecipeSchema = z.strictObject({
  /** Of all epochs of the run. */
  epochs: z.number().int().min(1).max(10_000).default(25),
  /** Epochs over which the KL term is turned on. */
  warmUp: z.number().int().min(0).default(10),
  /** Adam's step size at first and, after a cosine, at last. */
  learningRate: learningRateSchema.default(3e-3),
  finalLearningRate: learningRateSchema.default(3e-4),
})

/** Step 4: one model to train. Defaults are those of the paper (see the model's documentation page). */
const modelRecipeFields = z.strictObject({
  model: z.enum(modelNames).default('svae-plus'),
  /** Number of latent processes, p. */
  latents: z.number().int().min(1).max(500).default(15),
  /**
   * Latents beside them that no perturbation shifts, for what varies between cells anyway (cell type, cycle, depth).
   */
  contentLatents: z.number().int().min(0).max(mostContentLatents).default(0),
  /** All of them, those of `start` included. */
  epochs: z.number().int().min(1).max(10_000).default(300),
  /** Cells per minibatch. */
  batchSize: z.number().int().min(3).max(65_536).default(128),
  /**
   * Strength of the sparsity: of the prior Beta(1, alpha) for sVAE+, where null means the number of perturbations, as in
   * the paper; of the L1 penalty for sVAE, where null means 60.
   */
  alpha: z.number().gt(0).nullable().default(null),
  /** Weight of the KL term for the β-VAE; null means 10. */
  beta: z.number().gt(0).nullable().default(null),
  /** Form of the objective for iVAE, sVAE and sVAE+; null means the published code's. */
  form: z.enum(modelForms).nullable().default(null),
  /** Prior probability of an edge for SAMS-VAE, over 0 and under 1; null means 0.1. */
  edgeProbability: z.number().gt(0).lt(1).nullable().default(null),
  /** Mask of sVAE+; null means drawn. */
  mask: z.enum(maskNames).nullable().default(null),
  /** How sVAE+ starts: from an iVAE with rotated latents, or (null) from random values. */
  start: startRecipeSchema.nullable().default(null),
  /** Units of each hidden layer. */
  hidden: z.number().int().min(1).max(4096).default(128),
  /** Share of the encoder's units dropped while training. */
  dropout: z.number().min(0).lt(1).default(0.1),
  /** Epochs over which the KL term is turned on. */
  warmUp: z.number().int().min(0).default(50),
  /** Adam's step size. */
  learningRate: learningRateSchema.default(1e-3),
  /** Where the learning rate falls to, along a cosine over the epochs; null keeps it as it is. */
  finalLearningRate: learningRateSchema.nullable().default(null),
  /** Multiplies the learning rate of the shifts, the logits of their mask and the log inverse dispersions. */
  shiftRate: z.number().gt(0).max(1000).default(1),
  /** Stop when the validation negative ELBO has not improved for so many epochs; null never stops early. */
  patience: z.number().int().min(1).nullable().default(45),
  /**
   * What must rest before training stops early: the negative ELBO alone, as published, or the number of edges too, which
   * often still falls when the ELBO is at its best.
   */
  stopWhen: z.enum(['lossRests', 'lossAndEdgesRest']).default('lossRests'),
  /**
   * Columns of the cell annotation (batch, replicate, cell type) whose levels encoder and decoder are given, one-hot.
   */
  covariates: z.array(z.string().min(1)).default([]),
  /**
   * Columns of the cell annotation (batch, replicate, cell type) within whose levels observed shifts are compared with
   * control; none compares over all cells.
   */
  compareWithin: z.array(z.string().min(1)).default([]),
  /** Seeds everything random in the run: start values, order of cells, noise. */
  seed: z.number().int().min(0).max(0xffffffff).default(0),
  device: z.enum(deviceNames).default('auto'),
  /** Threads of the CPU engine; null lets it choose. */
  threads: z.number().int().min(1).max(mostThreads).nullable().default(null),
})
export const modelRecipeSchema = modelRecipeFields.superRefine((recipe, context) => {
  for (const option of allOptions) {
    if (recipe[option] === null || modelOptions[recipe.model].includes(option)) continue
    const models = modelNames.filter((name) => modelOptions[name].includes(option)).join(', ')
    const message = `The model "${recipe.model}" has no option "${option}"; leave it out. Models that have it: ${models}.`
    context.addIssue({ code: 'custom', path: [option], message })
  }
  if (recipe.start && recipe.start.epochs >= recipe.epochs) {
    const message = `Of ${recipe.epochs} epochs, ${recipe.start.epochs} cannot be those of the start: leave some for the model itself.`
    context.addIssue({ code: 'custom', path: ['start', 'epochs'], message })
  }
})
export type ModelRecipe = z.infer<typeof modelRecipeSchema>

/** The same choices for another model; options that it does not have are left out. */
export function withModel(recipe: ModelRecipe, model: ModelName): ModelRecipe {
  const dropped = allOptions.filter((option) => !modelOptions[model].includes(option))
  return { ...recipe, ...Object.fromEntries(dropped.map((option) => [option, null])), model }
}

/** Draws of the latents of each cell in importance weighting; the default is the paper's. */
export const particlesSchema = z.number().int().min(1).max(1_000_000).default(5000)

/** How every run is judged after training, when the whole recipe is run. */
export const evaluationRecipeSchema = z.strictObject({ particles: particlesSchema })

export const recipeSchema = z.strictObject({
  /** Version of this format. */
  recipe: z.literal(1).default(1),
  screen: screenRecipeSchema.nullable().default(null),
  quality: qualityRecipeSchema.prefault({}),
  holdOut: holdOutRecipeSchema.default({ rule: 'none' }),
  split: splitRecipeSchema.prefault({}),
  models: z.array(modelRecipeSchema).min(1).prefault([{}]),
  /** Null leaves the runs unjudged. */
  evaluation: evaluationRecipeSchema.nullable().default(null),
})
export type Recipe = z.infer<typeof recipeSchema>
/** A recipe as a person writes it: every field that has a default may be left out. */
export type RecipeInput = z.input<typeof recipeSchema>

/** Body and optimiser as published. */
const published = {
  mask: null,
  start: null,
  hidden: 128,
  dropout: 0.1,
  batchSize: 128,
  finalLearningRate: null,
  shiftRate: 1,
  stopWhen: 'lossRests',
} as const satisfies Partial<ModelRecipe>

/**
 * Ready-made settings of step 4, from a first look to the paper's numbers. Every edge starts out present, at a logit
 * of 5, and Adam moves it by at most the step size each step: with the paper's step size a short run on a few ten
 * thousand cells would end before any edge could go. Measured on the example screen: the four genes of the IFN-γ
 * receptor pathway share one strong latent after 60 epochs with every seed tried, and spread over up to three after 25.
 * `thorough` starts sVAE+ from an iVAE with rotated latents (docs/models/svae-plus.md; docs/reproduction.md says what is
 * measured). It relies on perturbations that shift few latents each, and returns axes also where they do not.
 */
export const modelPresets = {
  quick: { ...published, latents: 10, epochs: 60, warmUp: 10, learningRate: 3e-3, patience: null },
  paper: { ...published, latents: 15, epochs: 300, warmUp: 50, learningRate: 1e-3, patience: 45 },
  thorough: {
    model: 'svae-plus',
    mask: 'marginal',
    start: startRecipeSchema.parse({ epochs: 40 }),
    hidden: 256,
    dropout: 0,
    latents: 15,
    epochs: 200,
    batchSize: 256,
    warmUp: 0,
    learningRate: 2e-3,
    finalLearningRate: 1e-4,
    shiftRate: 10,
    patience: null,
    stopWhen: 'lossRests',
  },
} as const satisfies Record<string, Partial<ModelRecipe>>
export const presetNames = ['quick', 'paper', 'thorough'] as const
export type ModelPreset = (typeof presetNames)[number]

/** A model's recipe with the settings of a preset. A preset that is of one model takes that. */
export function withPreset(recipe: ModelRecipe, preset: ModelPreset): ModelRecipe {
  const settings: Partial<ModelRecipe> = modelPresets[preset]
  return { ...withModel(recipe, settings.model ?? recipe.model), ...settings }
}
