import { z } from 'zod'
import { evaluationSchema } from '@contract/evaluation'
import { modelRecipeSchema } from '@contract/recipe'
import { rankedGridSchema } from '@contract/search'
import { sandboxRecipeSchema, simulationReportSchema } from '@contract/simulation'
import { studyNames } from './study'

/** What came of one run of a study: all that tables are made of, so that nothing else need be kept. */
export const studyRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  study: z.enum(studyNames),
  /** Keys of screen and model. */
  screen: z.string(),
  model: z.string(),
  seed: z.number().int(),
  finishedAt: z.iso.datetime(),
  simulation: sandboxRecipeSchema,
  simulated: simulationReportSchema,
  /** As it was run, with the model's options filled in. */
  configuration: modelRecipeSchema,
  epochsDone: z.number().int(),
  /** Wall-clock seconds; of an evaluation that was interrupted those of the last attempt. Null where they are not known. */
  seconds: z.object({ training: z.number().nullable(), evaluation: z.number().nullable() }),
  versions: z.record(z.string(), z.string()),
  evaluation: evaluationSchema,
  /** How the settings were chosen; null where they were the model's own. */
  search: rankedGridSchema.nullable().default(null),
})
export type StudyRecord = z.infer<typeof studyRecordSchema>

/** `study.json`: what the folder of a study holds. */
export const studyDescriptionSchema = z.strictObject({
  schemaVersion: z.literal(1),
  study: z.enum(studyNames),
  createdAt: z.iso.datetime(),
  settings: z.strictObject({
    cells: z.number().int(),
    epochs: z.number().int().nullable(),
    particles: z.number().int(),
    search: z.number().int().nullable().default(null),
  }),
})
export type StudyDescription = z.infer<typeof studyDescriptionSchema>
