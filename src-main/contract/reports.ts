import { z } from 'zod'
import { findingSchema } from './inspection'

export const perturbationCellsSchema = z.object({
  name: z.string(),
  cells: z.number().int(),
  control: z.boolean(),
})
export type PerturbationCells = z.infer<typeof perturbationCellsSchema>

/** What import made of the files: shown by the import doctor and kept in `project.json`. */
export const importReportSchema = z.object({
  genes: z.number().int(),
  nonZero: z.number().int(),
  cells: z.object({
    inMatrix: z.number().int(),
    /** Cells of the matrix that carry at least one guide or label. */
    labelled: z.number().int(),
    /** Cells without any guide or label; left out of the screen. */
    unlabelled: z.number().int(),
    /** Cells with guides of several targets: combined or dropped, as chosen. */
    severalTargets: z.number().int(),
    /** Cells that were dropped for having several targets. */
    dropped: z.number().int(),
    control: z.number().int(),
  }),
  /** Matching of a guide table's barcodes to the matrix; null where no table was used. */
  barcodes: z
    .object({
      inTable: z.number().int(),
      matched: z.number().int(),
      /** How barcodes were reconciled, in words (for example: the suffix "-1" was ignored). */
      rule: z.string(),
      matrixExamples: z.array(z.string()),
      tableExamples: z.array(z.string()),
    })
    .nullable(),
  /** Labels that were taken as controls. */
  controls: z.array(z.string()),
  perturbations: z.array(perturbationCellsSchema),
  findings: z.array(findingSchema),
})
export type ImportReport = z.infer<typeof importReportSchema>

export const splitNames = ['train', 'validation', 'test'] as const
export type SplitName = (typeof splitNames)[number]

/** What preparing the screen kept: shown at the end of step 3 and kept in `project.json`. */
export const prepareReportSchema = z.object({
  cells: z.object({
    imported: z.number().int(),
    kept: z.number().int(),
    tooFewCounts: z.number().int(),
    tooFewGenes: z.number().int(),
    inSmallPerturbations: z.number().int(),
    train: z.number().int(),
    validation: z.number().int(),
    test: z.number().int(),
  }),
  genes: z.object({
    imported: z.number().int(),
    kept: z.number().int(),
    /** Targets of the screen that are measured, kept whether variable or not. */
    targets: z.array(z.string()),
  }),
  /** Kept perturbations; `heldOut` ones have all their cells in the test split. */
  perturbations: z.array(perturbationCellsSchema.extend({ heldOut: z.boolean() })),
  removedPerturbations: z.array(perturbationCellsSchema),
  findings: z.array(findingSchema),
})
export type PrepareReport = z.infer<typeof prepareReportSchema>

/** Strength of a perturbation: squared linear-kernel MMD against the controls, on principal components. */
export const effectSizeSchema = z.object({ name: z.string(), cells: z.number().int(), mmd: z.number() })
export type EffectSize = z.infer<typeof effectSizeSchema>

/** Equal-width bins over a (possibly log10-transformed) quantity. `edges` has one entry more than `cells`. */
export const histogramSchema = z.object({
  scale: z.enum(['linear', 'log10']),
  /** Bin edges in the quantity's own unit (not log-transformed). */
  edges: z.array(z.number()),
  cells: z.array(z.number().int()),
})
export type Histogram = z.infer<typeof histogramSchema>
