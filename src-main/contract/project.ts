import { z } from 'zod'
import {
  holdOutRecipeSchema,
  qualityRecipeSchema,
  recipeSchema,
  screenRecipeSchema,
  splitRecipeSchema,
} from './recipe'
import { importReportSchema, prepareReportSchema } from './reports'
import { runSchema } from './run'

export const stepNames = ['screen', 'quality', 'holdOut', 'models', 'training', 'results'] as const
export type StepName = (typeof stepNames)[number]

export const stepStates = ['toDo', 'ready', 'running', 'done', 'outOfDate'] as const
export type StepState = (typeof stepStates)[number]

/** A file the person brought, as it was when it was read. */
export const sourceSchema = z.object({
  role: z.enum(['counts', 'guides', 'guideTargets', 'geneSets']),
  path: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
})
export type Source = z.infer<typeof sourceSchema>

/**
 * `project.json`. It records what was done and with which choices; the choices a person has made since are in
 * `recipe.yaml`. A step is out of date when the two differ: the state is derived, never stored.
 */
export const projectSchema = z.object({
  schemaVersion: z.literal(1),
  name: z.string().min(1),
  createdAt: z.iso.datetime(),
  sources: z.array(sourceSchema),
  imported: z
    .object({ at: z.iso.datetime(), screen: screenRecipeSchema, report: importReportSchema })
    .nullable(),
  prepared: z
    .object({
      at: z.iso.datetime(),
      /** The import this was prepared from, by its time. */
      importedAt: z.iso.datetime(),
      quality: qualityRecipeSchema,
      holdOut: holdOutRecipeSchema,
      split: splitRecipeSchema,
      screenSha256: z.string(),
      report: prepareReportSchema,
    })
    .nullable(),
})
export type Project = z.infer<typeof projectSchema>

/** All that the renderer shows of a project: choices, what was done, runs, and the state of each step. */
export const projectStateSchema = z.object({
  /** Absolute path of the project's folder; identifies the project in every request. */
  directory: z.string(),
  project: projectSchema,
  recipe: recipeSchema,
  steps: z.record(
    z.enum(stepNames),
    z.object({
      state: z.enum(stepStates),
      /** What is missing or why it is out of date; empty where nothing is. */
      reason: z.string(),
    }),
  ),
  runs: z.array(runSchema),
})
export type ProjectState = z.infer<typeof projectStateSchema>
