import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { asProblem } from '@contract/errors'
import { resultsWithContent, smallPreparedScreen, smallResults, smallScreen } from './fixtures/smallScreen'
import { readResults, writeResults } from './resultsFile'
import { writeAnndata } from './hdf5/writeAnndata'
import { readPreparedScreen, readScreen, screenContent, writeScreen } from './screenFile'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shiftscope-files-'))
})
afterAll(() => rm(directory, { recursive: true }))
const inDirectory = (name: string) => join(directory, name)

describe('screen files', () => {
  it('give back an imported screen exactly', async () => {
    const path = inDirectory('imported.h5ad')
    const screen = smallScreen()
    await writeScreen(path, screen)
    expect(await readScreen(path)).toEqual(screen)
    await expect(readPreparedScreen(path)).rejects.toMatchObject({ code: 'screenFile/notPrepared' })
    await expect(readResults(path)).rejects.toMatchObject({ code: 'screenFile/notResults' })
  })

  it('give back a prepared screen exactly, and its screen', async () => {
    const path = inDirectory('prepared.h5ad')
    const prepared = smallPreparedScreen()
    await writeScreen(path, prepared)
    expect(await readPreparedScreen(path)).toEqual(prepared)
    expect(await readScreen(path)).toEqual(smallScreen())
  })

  it('replace an earlier file', async () => {
    const path = inDirectory('twice.h5ad')
    await writeScreen(path, smallPreparedScreen())
    await writeScreen(path, smallScreen())
    await expect(readPreparedScreen(path)).rejects.toMatchObject({ code: 'screenFile/notPrepared' })
  })

  it('give back results exactly', async () => {
    const path = inDirectory('results.h5ad')
    const results = smallResults()
    await writeResults(path, results)
    expect(await readResults(path)).toEqual(results)
    expect(await readPreparedScreen(path)).toEqual(results.screen)
  })

  it('are told from files of other programs', async () => {
    const foreign = resolve(import.meta.dirname, 'fixtures/h5ad/anndata_v0.7.0_small.h5ad')
    await expect(readScreen(foreign)).rejects.toMatchObject({ code: 'screenFile/foreign', where: foreign })
  })

  it('are refused when they are of a newer format', async () => {
    const path = inDirectory('newer.h5ad')
    const content = screenContent(smallScreen(), 'screen')
    await writeAnndata(path, { ...content, uns: { shiftscope: { format_version: 2, kind: 'screen' } } })
    await expect(readScreen(path)).rejects.toMatchObject({ code: 'screenFile/newer' })
  })

  it('report progress and stop when cancelled', async () => {
    const fractions: (number | null)[] = []
    const controller = new AbortController()
    const writing = writeScreen(inDirectory('cancelled.h5ad'), smallScreen(), {
      signal: controller.signal,
      onProgress: (fraction) => {
        fractions.push(fraction)
        controller.abort(new Error('Cancelled by the person.'))
      },
    })
    await expect(writing).rejects.toThrow('Cancelled by the person.')
    expect(fractions).toEqual([1])
  })
})

describe('a disk that fails', () => {
  const problemOf = (path: string) =>
    writeScreen(path, smallScreen()).then(
      () => null,
      (error: unknown) => asProblem(error),
    )

  it('gives a clear problem when it is full', async () => {
    expect(await problemOf('/dev/full')).toMatchObject({ code: 'files/diskFull', where: '/dev/full' })
  })

  it('gives a clear problem when the folder is missing', async () => {
    const path = inDirectory('nowhere/screen.h5ad')
    expect(await problemOf(path)).toMatchObject({ code: 'files/missing', where: path })
  })
})

/** What Debian's anndata, an independent reader, finds in a file. */
const independentReader = `
import json, sys
import anndata
import scipy.sparse
read = anndata.read_h5ad(sys.argv[1])
assert scipy.sparse.isspmatrix_csr(read.X), type(read.X)
graph = read.uns.get("target_graph")
text = lambda values: [str(value) for value in values]
json.dump({
    "barcodes": text(read.obs_names),
    "genes": text(read.var_names),
    "columns": text(read.obs.columns),
    "perturbation": text(read.obs["perturbation"]),
    "guides": text(read.obs["guides"]),
    "split": text(read.obs["split"]),
    "batch": text(read.obs["batch _ lane"]),
    "symbols": text(read.var["symbol"]),
    "counts": read.X.toarray().tolist(),
    "kind": str(read.uns["shiftscope"]["kind"]),
    "version": int(read.uns["shiftscope"]["format_version"]),
    "held_out": read.uns["shiftscope"]["held_out"].tolist(),
    "latent": read.obsm["X_latent"].tolist() if graph else None,
    "scores": read.varm["gene_scores"].tolist() if graph else None,
    "probability": graph["probability"].tolist() if graph else None,
    "shift": graph["shift"].tolist() if graph else None,
    "graph_rows": text(graph["perturbations"]) if graph else None,
    "graph_columns": text(graph["latents"]) if graph else None,
    "trained": graph["trained"].tolist() if graph else None,
    "content": read.obsm["X_content"].tolist() if "X_content" in read.obsm else None,
    "content_scores": read.varm["content_gene_scores"].tolist() if "X_content" in read.obsm else None,
    "content_names": text(read.uns["content_latents"]["latents"]) if "content_latents" in read.uns else None,
    "content_note": str(read.uns["content_latents"]["note"]) if "content_latents" in read.uns else None,
    "shared_latents": text(read.uns["latent_shares"]["latents"]) if graph else None,
}, sys.stdout)
`
const matrixSchema = z.array(z.array(z.number()))
const texts = z.array(z.string())
const foundSchema = z.object({
  barcodes: texts,
  genes: texts,
  columns: texts,
  perturbation: texts,
  guides: texts,
  split: texts,
  batch: texts,
  symbols: texts,
  counts: matrixSchema,
  kind: z.string(),
  version: z.number(),
  held_out: z.array(z.number()),
  latent: matrixSchema.nullable(),
  scores: matrixSchema.nullable(),
  probability: matrixSchema.nullable(),
  shift: matrixSchema.nullable(),
  graph_rows: texts.nullable(),
  graph_columns: texts.nullable(),
  trained: z.array(z.number()).nullable(),
  content: matrixSchema.nullable(),
  content_scores: matrixSchema.nullable(),
  content_names: texts.nullable(),
  content_note: z.string().nullable(),
  shared_latents: texts.nullable(),
})

async function readWithPython(path: string): Promise<z.infer<typeof foundSchema>> {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', independentReader, path]).catch(
    (error: unknown) => {
      throw new Error('The independent reader failed. Where it is missing: apt-get install python3-anndata', {
        cause: error,
      })
    },
  )
  return foundSchema.parse(JSON.parse(stdout))
}

function rowsOf(values: Float32Array, columns: number): number[][] {
  return Array.from({ length: values.length / columns }, (_, row) => [
    ...values.subarray(row * columns, (row + 1) * columns),
  ])
}

describe("Debian's anndata", () => {
  const expectedScreen = {
    barcodes: ['CELL1-1', 'CELL2-1', 'CELL3-1', 'CELL4-1', 'CELL5-1', 'CELL6-1'],
    genes: ['ENSG1', 'ENSG2', 'ENSG3', 'ENSG4'],
    columns: ['perturbation', 'guides', 'split', 'batch _ lane', 'split_2', 'guides_2'],
    perturbation: ['control', 'IFNGR1', 'IFNGR1', 'IFNGR1+JAK2', 'control', 'JAK2'],
    guides: ['NT-1', 'IFNGR1-1', 'IFNGR1-2', 'IFNGR1-1|JAK2-1', '', 'JAK2-2'],
    split: ['train', 'train', 'validation', 'train', 'train', 'test'],
    batch: ['first', 'second', 'first', '', 'second', 'first'],
    symbols: ['IFNGR1', 'JAK2', 'ACTB', 'Jäger "ß", 1'],
    counts: [
      [1, 0, 0, 300],
      [0, 0, 0, 0],
      [0, 2, 3, 0],
      [4, 0, 0, 70_000],
      [0, 0, 5, 0],
      [6, 7, 8, 9],
    ],
    version: 1,
    held_out: [0, 0, 1],
  }

  it('opens a prepared screen and finds what was written', async () => {
    const path = inDirectory('for-python.h5ad')
    await writeScreen(path, smallPreparedScreen())
    expect(await readWithPython(path)).toMatchObject({ ...expectedScreen, kind: 'prepared', latent: null })
  })

  it('opens results and finds what was written', async () => {
    const path = inDirectory('results-for-python.h5ad')
    const results = smallResults()
    await writeResults(path, results)
    expect(await readWithPython(path)).toMatchObject({
      ...expectedScreen,
      kind: 'results',
      latent: rowsOf(results.latentMeans, 2),
      scores: rowsOf(results.geneScores, 2),
      probability: rowsOf(results.probability ?? new Float32Array(), 2),
      shift: rowsOf(results.shift ?? new Float32Array(), 2),
      graph_rows: ['IFNGR1', 'IFNGR1+JAK2', 'JAK2'],
      graph_columns: ['z1', 'z2'],
      trained: [1, 1, 0],
      content: null,
      content_names: null,
      shared_latents: ['z1', 'z2'],
    })
  })

  it('opens results with content latents and finds them beside the others', async () => {
    const path = inDirectory('content-for-python.h5ad')
    await writeResults(path, resultsWithContent())
    const found = await readWithPython(path)
    expect(found.content_note).toContain('no perturbation shifts')
    expect(found).toMatchObject({
      latent: rowsOf(smallResults().latentMeans, 2),
      graph_columns: ['z1', 'z2'],
      content: [
        [1, 7],
        [2, 8],
        [3, 9],
        [4, 10],
        [5, 11],
        [6, 12],
      ],
      content_scores: [
        [0.5, -4],
        [1, -3],
        [0.25, -2],
        [0, -1],
      ],
      content_names: ['c1', 'c2'],
      shared_latents: ['z1', 'z2', 'c1', 'c2'],
    })
  })
})

describe('a screen of more than one block', () => {
  it('is written and read block by block', async () => {
    const cells = 1200
    const genes = 1000
    const stored = cells * genes
    const counts = {
      cells,
      genes,
      rowStarts: Uint32Array.from({ length: cells + 1 }, (_, row) => row * genes),
      geneIndices: Uint16Array.from({ length: stored }, (_, entry) => entry % genes),
      counts: Uint8Array.from({ length: stored }, (_, entry) => 1 + (entry % 251)),
    }
    const path = inDirectory('large.h5ad')
    const screen = {
      ...smallScreen(),
      counts,
      genes: {
        ids: Array.from({ length: genes }, (_, gene) => `ENSG${gene}`),
        symbols: Array.from({ length: genes }, (_, gene) => `G${gene}`),
      },
      barcodes: Array.from({ length: cells }, (_, cell) => `CELL${cell}`),
      perturbationOfCell: new Int32Array(cells),
      guidesOfCell: new Array<string>(cells).fill('guide'),
      covariates: {},
    }
    await writeScreen(path, screen)
    const read = await readScreen(path)
    const bytes = (values: ArrayBufferView) => Buffer.from(values.buffer)
    for (const part of ['rowStarts', 'geneIndices', 'counts'] as const) {
      expect(bytes(read.counts[part]).equals(bytes(counts[part])), part).toBe(true)
    }
    expect({ ...read, counts: null }).toEqual({ ...screen, counts: null })
    // Compressed: a file of plain numbers would have eight bytes an entry.
    expect((await stat(path)).size).toBeLessThan(stored * 4)
  })
})
