import { mkdir, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ExportedFile } from '@contract/results'
import type { Run } from '@contract/run'
import { breathe, type LongWork } from '../screen/longWork'
import { baselinesCsv, icaEdgesCsv, type Comparison } from './exports/baselineTables'
import { directions, geneListText, geneSetsGmt, rankedGenes } from './exports/geneLists'
import { geneScoreTable } from './exports/geneScoreTable'
import { latentSharesCsv } from './exports/latentShareTable'
import { latentTable, type LabelledLatents } from './exports/latentTable'
import { observedShiftsCsv } from './exports/observedShiftTable'
import { targetGraphCsv, targetGraphGraphml } from './exports/targetGraphTables'
import { namesOfAll, writeResults, type RunResults } from './resultsFile'

/** Latents that know the labels of cells; only written where asked for. */
export const refinedLatentsFile = 'refined_latents.csv'

/** A file of an export: where it goes in the folder, what it is for, and how it is made. */
interface PlannedFile {
  /** Path in the folder, with forward slashes. */
  readonly name: string
  readonly content: string
  readonly write: (path: string, work: LongWork) => Promise<void>
}

/**
 * Writes everything that a run found into a folder (made where it is missing), for spreadsheets, graph programs,
 * enrichment tools and Python. Files are written under their names one after the other: making them appear together,
 * and removing them after a failure, is the caller's part.
 * @param comparison null where no baselines were computed for the screen of the run
 * @param options.labelled latents that know the labels of cells, for a table of their own
 * @returns what was written, with absolute paths
 * @throws errors with a system `code` when the disk fails; the signal's reason when cancelled
 */
export async function exportResults(
  results: RunResults,
  run: Run,
  directory: string,
  comparison: Comparison | null,
  options: LongWork & { readonly labelled?: LabelledLatents } = {},
): Promise<ExportedFile[]> {
  const written: ExportedFile[] = []
  const planned = plan(results, run, comparison, options.labelled)
  for (const [position, { name, content, write }] of planned.entries()) {
    options.onProgress?.(position / planned.length, `Writing ${name}`)
    await breathe(options)
    const path = resolve(directory, name)
    await mkdir(dirname(path), { recursive: true })
    await write(path, { signal: options.signal })
    written.push({ path, bytes: (await stat(path)).size, content })
  }
  return written
}

function plan(
  results: RunResults,
  run: Run,
  comparison: Comparison | null,
  labelled?: LabelledLatents,
): PlannedFile[] {
  const labels = results.latents.map((name, latent) => run.latentLabels[name] ?? `Latent ${latent + 1}`)
  return [
    ...graphFiles(results, labels),
    ...results.latents.flatMap((name, latent) => [
      ...directions.map((direction) =>
        textFile(`genes/${name}_${direction}.txt`, `Strongest genes of ${labels[latent]}, ${direction}`, () =>
          geneListText(results, latent, direction),
        ),
      ),
      textFile(`genes/${name}.rnk`, `All genes ranked by ${labels[latent]}`, () =>
        rankedGenes(results, latent),
      ),
    ]),
    ...shareFiles(results),
    textFile('genes.gmt', 'Strongest genes of all latents as gene sets', () => geneSetsGmt(results, labels)),
    {
      name: 'gene_scores.csv',
      content: 'Score of every gene for every latent',
      write: (path, work) => writeTexts(path, geneScoreTable(results), work),
    },
    {
      name: 'latents.csv',
      content: 'Latents of every cell',
      write: (path, work) => writeTexts(path, latentTable(results), work),
    },
    ...contentFiles(results),
    ...(comparison ? comparisonFiles(results, run, comparison) : []),
    ...(labelled
      ? [
          {
            name: refinedLatentsFile,
            content: 'Latents of every cell, refined with its label',
            write: (path: string, work: LongWork) => writeTexts(path, latentTable(results, labelled), work),
          },
        ]
      : []),
    {
      name: 'results.h5ad',
      content: 'Counts, latents, gene scores and target graph for Python and R',
      write: (path, work) => writeResults(path, results, work),
    },
    textFile(
      'run.json',
      'Configuration, seed, versions and metrics',
      () => `${JSON.stringify(run, null, 2)}\n`,
    ),
  ]
}

/** Files of what the model says about perturbations: as much of it as there is. */
function graphFiles(results: RunResults, labels: readonly string[]): PlannedFile[] {
  const table = textFile('target_graph.csv', 'Probability and shift of every perturbation and latent', () =>
    targetGraphCsv(results),
  )
  const graph = textFile('target_graph.graphml', 'Target graph for Cytoscape, Gephi, yEd or networkx', () =>
    targetGraphGraphml(results, labels),
  )
  const { observed } = results
  return [
    ...(results.shift ? [table] : []),
    ...(results.probability ? [graph] : []),
    ...(observed
      ? [
          textFile('observed_shifts.csv', 'Observed shift of every perturbation and latent', () =>
            observedShiftsCsv(results, observed),
          ),
        ]
      : []),
  ]
}

/** Files of latents that no perturbation shifts. */
function contentFiles({ screen, content }: RunResults): PlannedFile[] {
  if (!content) return []
  const { latents, means, geneScores } = content
  return [
    {
      name: 'content_latents.csv',
      content: 'Content latents of every cell, which no perturbation shifts',
      write: (path, work) => writeTexts(path, latentTable({ screen, latents, latentMeans: means }), work),
    },
    {
      name: 'content_gene_scores.csv',
      content: 'Score of every gene for every content latent',
      write: (path, work) => writeTexts(path, geneScoreTable({ screen, latents, geneScores }), work),
    },
  ]
}

function shareFiles(results: RunResults): PlannedFile[] {
  const { shares } = results
  if (!shares) return []
  return [
    textFile('latent_shares.csv', 'Share of each latent by perturbation, depth and cell annotation', () =>
      latentSharesCsv(shares, namesOfAll(results)),
    ),
  ]
}

/** The run beside the simple rows of its screen. */
function comparisonFiles({ screen }: RunResults, run: Run, comparison: Comparison): PlannedFile[] {
  const { ica } = comparison
  const rows = textFile('baselines.csv', 'The run beside simple rows', () => baselinesCsv(comparison, run))
  if (!ica) return [rows]
  const { components: latents, geneScores } = ica
  const scored = { screen, latents, geneScores: Float32Array.from(geneScores) }
  return [
    rows,
    textFile('ica_edges.csv', 'Shift, p and edge of every perturbation and independent component', () =>
      icaEdgesCsv(ica, screen),
    ),
    {
      name: 'ica_gene_scores.csv',
      content: 'Score of every gene for every independent component',
      write: (path, work) => writeTexts(path, geneScoreTable(scored, 'component'), work),
    },
  ]
}

function textFile(name: string, content: string, text: () => string): PlannedFile {
  return { name, content, write: (path, work) => writeTexts(path, [text()], work) }
}

/** Writes texts one after the other and waits until they are on the disk. */
async function writeTexts(path: string, texts: Iterable<string>, work: LongWork): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (const text of texts) {
      await file.writeFile(text)
      await breathe(work)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}
