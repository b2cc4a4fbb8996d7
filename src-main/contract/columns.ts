import { z } from 'zod'

/** A column of the cell annotation, as the prepared screen has it, to choose for a model. */
export const offeredColumnSchema = z.object({
  name: z.string(),
  /** Different values; null for measurements. */
  levels: z.number().int().nullable(),
  /** Why models cannot be told of it; null where they can. */
  notAsCovariate: z.string().nullable(),
  /** Why nothing can be compared within its levels; null where something can. */
  notToCompareWithin: z.string().nullable(),
})
export type OfferedColumn = z.infer<typeof offeredColumnSchema>

export const offeredColumnsSchema = z.object({
  /** In the order of the file. */
  columns: z.array(offeredColumnSchema),
  /** What there is to say of the columns that were asked about, together. */
  together: z.object({
    /** Why models cannot be told of them; null where they can. */
    problem: z.string().nullable(),
    /** What is to be known of them although models can. */
    notices: z.array(z.string()),
  }),
})
export type OfferedColumns = z.infer<typeof offeredColumnsSchema>
