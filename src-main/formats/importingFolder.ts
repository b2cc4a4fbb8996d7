import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ScreenRecipe, screenRecipeSchema } from '@contract/recipe'
import { importReportSchema } from '@contract/reports'
import { afterAll, beforeEach, expect } from 'vitest'
import { importScreen } from './importScreen'

export type Choices = Partial<ScreenRecipe> & { counts: string }

/** A file of the fixtures. */
export const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name)

/** A folder of its own for each test of a file, with imports from it. */
export function importingFolder() {
  const made: string[] = []
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shiftscope-import-'))
    made.push(directory)
  })
  afterAll(() => Promise.all(made.map((path) => rm(path, { recursive: true }))))

  const write = async (name: string, content: string): Promise<string> => {
    await writeFile(join(directory, name), content)
    return name
  }
  return {
    path: (name: string): string => join(directory, name),
    write,
    /** Imports, and checks what holds for every import. */
    run: async (choices: Choices, baseDirectory = directory) => {
      const { screen, report } = await importScreen(screenRecipeSchema.parse(choices), { baseDirectory })
      importReportSchema.parse(report)
      expect(screen.counts.cells).toBe(screen.barcodes.length)
      expect(screen.perturbationOfCell).toHaveLength(screen.barcodes.length)
      const cellsOf = new Map(report.perturbations.map(({ name, cells }) => [name, cells]))
      return { screen, report, cellsOf }
    },
    /** Three cells, two genes, as CSV. */
    smallCounts: () =>
      write(
        'counts.csv',
        'barcode,STAT1,JAK2\nAAACCTGAGAAACCAT-1,3,0\nAAACCTGAGAAACCGC-1,0,2\nAAACCTGAGAAACCTA-1,1,1\n',
      ),
    table: (content: string) => write('guides.csv', content),
  }
}
