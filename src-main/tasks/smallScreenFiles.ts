import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RandomStream } from '../numerics/random'

/** Files of a small screen. */
export interface SmallScreenFiles {
  readonly counts: string
  readonly guides: string
  readonly guideTargets: string
  readonly geneSets: string
}

const perturbations = ['GENE0', 'GENE1', 'GENE2', 'GENE3']

/**
 * Writes a small screen for tests: counts as CSV, a two-column guide table, guide targets and gene sets. A fifth of the
 * cells are controls; knocking GENE0 or GENE1 out raises the same five genes, the others do nothing.
 */
export async function writeSmallScreen(
  directory: string,
  { cells = 200, genes = 30 } = {},
): Promise<SmallScreenFiles> {
  await mkdir(directory, { recursive: true })
  const stream = new RandomStream(7, 'simulation')
  const symbols = Array.from({ length: genes }, (_, gene) => `GENE${gene}`)
  const lines = [['barcode', ...symbols].join(',')]
  const guides = ['barcode,guide']
  for (let cell = 0; cell < cells; cell++) {
    const perturbation = cell % 5 === 4 ? null : perturbations[cell % 5]
    const raised = perturbation === 'GENE0' || perturbation === 'GENE1'
    const counts = symbols.map((_, gene) =>
      Math.floor((raised && gene >= 10 && gene < 15 ? 16 : 4) * stream.nextUniform()),
    )
    const barcode = `CELL${String(cell).padStart(4, '0')}-1`
    lines.push([barcode, ...counts].join(','))
    guides.push(`${barcode},${perturbation === null ? 'NTg1' : `${perturbation}g${1 + (cell % 2)}`}`)
  }
  const targets = ['guide,target', 'NTg1,non-targeting']
  for (const perturbation of perturbations) {
    targets.push(`${perturbation}g1,${perturbation}`, `${perturbation}g2,${perturbation}`)
  }
  const files = {
    counts: join(directory, 'counts.csv'),
    guides: join(directory, 'guides.csv'),
    guideTargets: join(directory, 'guide_targets.csv'),
    geneSets: join(directory, 'sets.gmt'),
  }
  await writeFile(files.counts, `${lines.join('\n')}\n`)
  await writeFile(files.guides, `${guides.join('\n')}\n`)
  await writeFile(files.guideTargets, `${targets.join('\n')}\n`)
  await writeFile(files.geneSets, 'FIRST\tthe first two\tGENE0\tGENE1\nELSEWHERE\tnone\tXYZ\n')
  return files
}
