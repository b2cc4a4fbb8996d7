import { z } from 'zod'
import { baselinesSchema, icaTablesSchema, type Baselines } from '@contract/baselines'
import { checkDocument, parseText, readTextIfThere } from './documents'
import { projectPaths } from './projectPaths'
import { writeFileBeside } from './writeBeside'

/** `baselines.json`: the simple rows of a prepared screen, with the tables of ICA. */
const baselinesFileSchema = baselinesSchema.extend({ ica: icaTablesSchema.nullable() })
export type BaselinesFile = z.infer<typeof baselinesFileSchema>

const hint = 'Delete the file and compute the baselines again.'

/** Writes the simple rows. The caller holds the project's lock. */
export async function writeBaselines(directory: string, baselines: BaselinesFile): Promise<void> {
  const checked = baselinesFileSchema.parse(baselines)
  await writeFileBeside(projectPaths(directory).baselines, `${JSON.stringify(checked)}\n`)
}

async function read<Rows extends Baselines>(
  schema: z.ZodType<Rows>,
  directory: string,
  screenSha256: string,
): Promise<Rows | null> {
  const file = projectPaths(directory).baselines
  const text = await readTextIfThere(file)
  if (text === null) return null
  const baselines = checkDocument(schema, parseText(text, file, hint), file, hint)
  return baselines.screenSha256 === screenSha256 ? baselines : null
}

/**
 * The simple rows of a prepared screen; null where none were computed, or those of another preparation.
 * @throws `document/broken`, `document/invalid`
 */
export function readBaselines(directory: string, screenSha256: string): Promise<Baselines | null> {
  return read(baselinesSchema, directory, screenSha256)
}

/** The same with the tables of ICA. */
export function readBaselinesFile(directory: string, screenSha256: string): Promise<BaselinesFile | null> {
  return read(baselinesFileSchema, directory, screenSha256)
}
