import { z } from 'zod'
import { modelNames } from './recipe'

/** What a search varies; null where the model has no such setting, or takes its usual value. */
export const searchedSettingSchema = z.strictObject({
  epochs: z.number().int(),
  alpha: z.number().nullable(),
  beta: z.number().nullable(),
})
export type SearchedSetting = z.infer<typeof searchedSettingSchema>

/** One run of a setting. */
export const rankedRunSchema = z.strictObject({
  run: z.string(),
  seed: z.number().int(),
  /** Median similarity to the other runs of the setting, between 0 and 1 (unsupervised disentanglement ranking). */
  ranking: z.number(),
  /** Epochs that were trained: fewer than asked for where it stopped early. */
  epochs: z.number().int(),
  /** Nats per validation cell; null without validation cells. */
  validationNegativeElbo: z.number().nullable(),
  /** Edges among trained perturbations; null for models without shifts. */
  edges: z.number().int().nullable(),
  /** Pearson MCC on training cells, and F1 of the graph; null where there is no truth or no graph. Never chosen by. */
  pearson: z.number().nullable(),
  f1: z.number().nullable(),
})
export type RankedRun = z.infer<typeof rankedRunSchema>

/** How far the runs of one setting agree. */
export const rankedSettingSchema = z.strictObject({
  setting: searchedSettingSchema,
  /** Median over its runs; null where fewer than two could be trained. */
  ranking: z.number().nullable(),
  runs: z.array(rankedRunSchema),
})
export type RankedSetting = z.infer<typeof rankedSettingSchema>

/** Settings in the order of their grid, and which of them was chosen. */
export const rankedGridSchema = z.strictObject({
  seeds: z.array(z.number().int()).min(2),
  settings: z.array(rankedSettingSchema).min(1),
  /** Position of the setting of highest ranking; null where none could be ranked. */
  chosen: z.number().int().nullable(),
})
export type RankedGrid = z.infer<typeof rankedGridSchema>

/** `searches/<model>.json` of a project: what a search gave. */
export const searchDocumentSchema = rankedGridSchema.extend({
  schemaVersion: z.literal(1),
  model: z.enum(modelNames),
  finishedAt: z.iso.datetime(),
  /** SHA-256 of the prepared screen that all runs are of. */
  screenSha256: z.string(),
})
export type SearchDocument = z.infer<typeof searchDocumentSchema>
