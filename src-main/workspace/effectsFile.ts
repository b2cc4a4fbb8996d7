import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Project } from '@contract/project'
import { qualityRecipeSchema, type QualityRecipe } from '@contract/recipe'
import { effectSizeSchema, type EffectSize } from '@contract/reports'
import { checkDocument, parseText, readTextIfThere } from './documents'
import { projectPaths } from './projectPaths'
import { writeFileBeside } from './writeBeside'

const effectsSchema = z.object({
  schemaVersion: z.literal(1),
  /** What they were measured on: an import, by its time, and a quality rule. */
  importedAt: z.iso.datetime(),
  quality: qualityRecipeSchema,
  effects: z.array(effectSizeSchema),
})

const hint = 'Delete the file and measure the effects again.'

/** Writes the measured strengths of the perturbations. The caller holds the project's lock. */
export async function writeEffects(
  directory: string,
  measured: Omit<z.infer<typeof effectsSchema>, 'schemaVersion'>,
): Promise<void> {
  const document = effectsSchema.parse({ schemaVersion: 1, ...measured })
  await writeFileBeside(projectPaths(directory).effects, `${JSON.stringify(document, null, 2)}\n`)
}

/** Strengths, strongest first, where they were measured on this import with this quality rule; otherwise null. */
export async function readEffects(
  directory: string,
  project: Project,
  quality: QualityRecipe,
): Promise<EffectSize[] | null> {
  const file = projectPaths(directory).effects
  const text = await readTextIfThere(file)
  if (text === null) return null
  const measured = checkDocument(effectsSchema, parseText(text, file, hint), file, hint)
  const current = measured.importedAt === project.imported?.at && isDeepStrictEqual(measured.quality, quality)
  return current ? measured.effects : null
}
