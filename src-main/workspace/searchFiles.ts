import { join } from 'node:path'
import type { ModelName } from '@contract/recipe'
import { searchDocumentSchema, type SearchDocument } from '@contract/search'
import { searchMarkdown, settingColumns, settingRows } from '../evaluation/searchTable'
import { csvText } from '../formats/exports/csv'
import { projectPaths } from './projectPaths'
import { writeFileBeside } from './writeBeside'

/** The tables of the newest search of a model. */
export function searchPaths(directory: string, model: ModelName) {
  const folder = projectPaths(directory).searches
  return {
    markdown: join(folder, `${model}.md`),
    csv: join(folder, `${model}.csv`),
    json: join(folder, `${model}.json`),
  }
}

/** Writes the tables of a search, over those of an earlier one of the model. The caller holds the project's lock. */
export async function writeSearch(directory: string, search: SearchDocument): Promise<void> {
  const checked = searchDocumentSchema.parse(search)
  const paths = searchPaths(directory, checked.model)
  await writeFileBeside(paths.markdown, searchMarkdown(checked))
  await writeFileBeside(paths.csv, csvText([settingColumns, ...settingRows(checked)]))
  await writeFileBeside(paths.json, `${JSON.stringify(checked, null, 2)}\n`)
}
