import { z } from 'zod'

/** Something the import doctor noticed in a file. */
export const findingSchema = z.object({
  /** `note`: good to know; `attention`: look at it before going on; `blocking`: the file cannot be used like this. */
  severity: z.enum(['note', 'attention', 'blocking']),
  message: z.string(),
  /** What to do about it; empty for notes that need nothing. */
  hint: z.string().default(''),
})
export type Finding = z.infer<typeof findingSchema>

export const countsFormats = ['tenx-folder', 'tenx-hdf5', 'h5ad', 'delimited'] as const

/** A place in a file that holds a cells × genes matrix, and whether its values are counts. */
export const countsLocationSchema = z.object({
  /** `X`, `raw/X`, `layers/NAME`; `matrix` where the format has only one. */
  name: z.string(),
  isCounts: z.boolean(),
  /** Why the values are not counts, with an example value. */
  reason: z.string().optional(),
})
export type CountsLocation = z.infer<typeof countsLocationSchema>

/** A column of the cell annotation. */
export const cellColumnSchema = z.object({
  name: z.string(),
  kind: z.enum(['text', 'number', 'boolean']),
  /** Number of different values. */
  levels: z.number().int(),
  /** Up to five of its values, most frequent first. */
  examples: z.array(z.string()),
  /** Looks like the column that names the perturbation of each cell (by its name and by control labels in it). */
  looksLikePerturbation: z.boolean(),
})
export type CellColumn = z.infer<typeof cellColumnSchema>

const fileFactsSchema = z.object({
  path: z.string(),
  bytes: z.number().int(),
  findings: z.array(findingSchema),
})

export const countsInspectionSchema = fileFactsSchema.extend({
  kind: z.literal('counts'),
  format: z.enum(countsFormats),
  cells: z.number().int(),
  genes: z.number().int(),
  /** Features of type "CRISPR Guide Capture" in the matrix. */
  guides: z.number().int(),
  /** Features of other types (antibodies, …) that are set aside. */
  otherFeatures: z.number().int(),
  /** Stored non-zero entries. */
  nonZero: z.number().int(),
  locations: z.array(countsLocationSchema),
  cellColumns: z.array(cellColumnSchema),
  exampleBarcodes: z.array(z.string()),
  exampleGenes: z.array(z.string()),
})
export type CountsInspection = z.infer<typeof countsInspectionSchema>

export const guideTableLayouts = ['protospacer-calls', 'cell-identities', 'two-column', 'wide'] as const

export const guidesInspectionSchema = fileFactsSchema.extend({
  kind: z.literal('guides'),
  layout: z.enum(guideTableLayouts),
  rows: z.number().int(),
  cells: z.number().int(),
  /** Cells with more than one guide. */
  cellsWithSeveralGuides: z.number().int(),
  guides: z.array(z.string()),
  exampleBarcodes: z.array(z.string()),
})
export type GuidesInspection = z.infer<typeof guidesInspectionSchema>

export const guideTargetsInspectionSchema = fileFactsSchema.extend({
  kind: z.literal('guide-targets'),
  guides: z.number().int(),
  targets: z.array(z.string()),
  /** Targets that look like controls by name. */
  controls: z.array(z.string()),
})
export type GuideTargetsInspection = z.infer<typeof guideTargetsInspectionSchema>

export const geneSetsInspectionSchema = fileFactsSchema.extend({
  kind: z.literal('gene-sets'),
  sets: z.number().int(),
  /** Median number of genes in a set. */
  medianGenes: z.number(),
  exampleNames: z.array(z.string()),
})
export type GeneSetsInspection = z.infer<typeof geneSetsInspectionSchema>

/** What a file is and what is in it. */
export const inspectionSchema = z.discriminatedUnion('kind', [
  countsInspectionSchema,
  guidesInspectionSchema,
  guideTargetsInspectionSchema,
  geneSetsInspectionSchema,
])
export type Inspection = z.infer<typeof inspectionSchema>
