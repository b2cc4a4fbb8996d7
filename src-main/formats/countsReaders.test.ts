import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CountMatrix } from '../screen/countMatrix'
import { chooseMatrix } from './chooseMatrix'
import type { CountsFile } from './countsFile'
import { fillMatrix } from './fillMatrix'
import { openCounts } from './openCounts'

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name)
const exampleMatrix = join(import.meta.dirname, '../../resources/exampleScreen/filtered_feature_bc_matrix')

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shiftscope-readers-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function read(
  path: string,
  layer: string | null = null,
): Promise<{ file: CountsFile; counts: CountMatrix }> {
  const file = await openCounts(path)
  const chosen = await chooseMatrix(file, layer)
  return { file, counts: await fillMatrix(file, chosen.matrix, chosen.survey, { kind: 'gene' }) }
}

function dense(matrix: CountMatrix): number[][] {
  return Array.from({ length: matrix.cells }, (_, cell) => {
    const row = new Array<number>(matrix.genes).fill(0)
    for (let i = matrix.rowStarts[cell]; i < matrix.rowStarts[cell + 1]; i++)
      row[matrix.geneIndices[i]] = matrix.counts[i]
    return row
  })
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0)
}

describe('one matrix in several formats', () => {
  it('10x folder and 10x HDF5 of Cell Ranger 3', async () => {
    const folder = await read(fixture('tenx/v3_filtered_feature_bc_matrix'))
    const hdf5 = await read(fixture('tenx/v3_filtered_feature_bc_matrix.h5'))
    expect(folder.counts).toMatchObject({ cells: 1107, genes: 507 })
    expect(folder.counts.counts).toHaveLength(23_866)
    expect(hdf5.counts).toEqual(folder.counts)
    expect(hdf5.file.barcodes).toEqual(folder.file.barcodes)
    expect(hdf5.file.matrices[0].features).toEqual(folder.file.matrices[0].features)
    expect(folder.file.matrices[0].features.ids[0]).toBe('ENSG00000279493')
    expect(folder.file.matrices[0].features.symbols[0]).toBe('CH507-9B2.2')
  })

  it('10x folder and 10x HDF5 of Cell Ranger 2', async () => {
    const folder = await read(fixture('tenx/v2_filtered_gene_bc_matrices/hg19_chr21'))
    const hdf5 = await read(fixture('tenx/v2_filtered_gene_bc_matrices_h5.h5'))
    expect(folder.counts).toMatchObject({ cells: 12, genes: 343 })
    expect(hdf5.counts).toEqual(folder.counts)
    expect(hdf5.file.barcodes).toEqual(folder.file.barcodes)
  })

  it('h5ad and 10x folder of the same screen', async () => {
    const h5ad = await read(fixture('h5ad/papalexi2021_500_cells.h5ad'))
    const folder = await openCounts(exampleMatrix)
    const chosen = await chooseMatrix(folder, null)
    const cells = Uint32Array.from({ length: 500 }, (_, i) => i)
    const counts = await fillMatrix(folder, chosen.matrix, chosen.survey, { kind: 'gene', cells })
    expect(dense(h5ad.counts)).toEqual(dense(counts))
    expect(h5ad.file.barcodes).toEqual(folder.barcodes.slice(0, 500))
    expect(h5ad.file.matrices[0].features.ids).toEqual(
      chosen.matrix.features.ids.filter((_, i) => chosen.matrix.features.kinds[i] === 'gene'),
    )
  })

  it('CSR, CSC and dense layers of one h5ad', async () => {
    const path = fixture('h5ad/anndataR_example.h5ad')
    const rows = await read(path, 'layers/counts')
    const columns = await read(path, 'csc_counts')
    const full = await read(path, 'layers/dense_counts')
    expect(rows.counts.counts).toHaveLength(4317)
    expect(columns.counts).toEqual(rows.counts)
    expect(full.counts).toEqual(rows.counts)
  })

  it('plain and gzip files, a common prefix, two and one columns of features', async () => {
    const source = fixture('tenx/v3_filtered_feature_bc_matrix')
    const features = gunzipSync(await readFile(join(source, 'features.tsv.gz'))).toString()
    const columns = (count: number) =>
      features.replace(/^.*$/gm, (line) => line.split('\t').slice(0, count).join('\t'))
    const write = (name: string, content: string | Buffer) => writeFile(join(directory, name), content)
    await write('GSM1_a_matrix.mtx', gunzipSync(await readFile(join(source, 'matrix.mtx.gz'))))
    await write('GSM1_a_barcodes.tsv.gz', await readFile(join(source, 'barcodes.tsv.gz')))
    await write('GSM1_a_genes.tsv', columns(2))
    const expected = await read(source)
    const two = await read(directory)
    expect(two.counts).toEqual(expected.counts)
    expect(two.file.matrices[0].features.symbols).toEqual(expected.file.matrices[0].features.symbols)
    await write('GSM1_a_genes.tsv', columns(1).replaceAll('\n', '\r\n'))
    const one = await read(join(directory, 'GSM1_a_matrix.mtx'))
    expect(one.counts).toEqual(expected.counts)
    expect(one.file.matrices[0].features.symbols).toEqual(expected.file.matrices[0].features.ids)
  })

  it('a table with cells or genes in rows, quoted or not, any line ends, gzip', async () => {
    const genesInRows = await read(fixture('delimited/papalexi2021_ifngr2_counts.csv'))
    expect(genesInRows.counts).toMatchObject({ cells: 60, genes: 100 })
    expect(genesInRows.file.findings[0].message).toContain('60 cells in columns')
    const text = await readFile(fixture('delimited/papalexi2021_ifngr2_counts.csv'), 'utf8')
    const table = text
      .trim()
      .split('\n')
      .map((line) => line.split(','))
    const turned = table[0].map((_, column) => table.map((row) => row[column]))
    const asTsv = turned.map((row) => row.map((field) => field.replaceAll('"', '')).join('\t')).join('\r\n')
    await writeFile(join(directory, 'turned.tsv.gz'), gzipSync(asTsv))
    const cellsInRows = await read(join(directory, 'turned.tsv.gz'))
    expect(cellsInRows.counts).toEqual(genesInRows.counts)
    expect(cellsInRows.file.barcodes).toEqual(genesInRows.file.barcodes)
    expect(cellsInRows.file.findings[0].message).toContain('60 cells in rows')
    const quoted = turned
      .map((row) => row.map((field) => `"${field.replaceAll('"', '')}"`).join(';'))
      .join('\n')
    await writeFile(join(directory, 'quoted.csv'), quoted.replace(/^"";/, ''))
    expect((await read(join(directory, 'quoted.csv'))).counts).toEqual(genesInRows.counts)
  })
})

describe('further formats', () => {
  it('reads MatrixMarket with names as R writes them', async () => {
    const { file, counts } = await read(fixture('rExport'))
    expect(counts).toMatchObject({ cells: 250, genes: 250 })
    expect(file.barcodes[0]).toBe('A01-AGCTGATTCGCTGATA')
    expect(file.matrices[0].features.ids[0]).toBe('LINC02812')
    expect(counts.counts).toHaveLength(447)
  })

  it('turns a matrix with cells in rows', async () => {
    const folder = await mkdtemp(join(directory, 'turned-'))
    await writeFile(join(folder, 'barcodes.tsv'), 'AAACCTGAGAAACCAT-1\nAAACCTGAGAAACCGC-1\n')
    await writeFile(join(folder, 'features.tsv'), 'A\nB\nC\n')
    await writeFile(
      join(folder, 'matrix.mtx'),
      '%%MatrixMarket matrix coordinate real general\n% made by hand\n\n2 3 4\n2 3 7\n1 1 300.0\n2 1 1e0\n1 2 0',
    )
    const { file, counts } = await read(folder)
    expect(dense(counts)).toEqual([
      [300, 0, 0],
      [1, 0, 7],
    ])
    expect(counts.counts).toBeInstanceOf(Uint16Array)
    expect(file.findings[0].message).toContain('turned')
  })

  it('takes the counts from a layer where X is normalised', async () => {
    const file = await openCounts(fixture('h5ad/mcfaline2023_lognorm_259_cells.h5ad'))
    const chosen = await chooseMatrix(file, null)
    expect(chosen.matrix.name).toBe('layers/counts')
    expect(chosen.refused[0]).toMatchObject({ name: 'X' })
    expect(chosen.refused[0].reason).toMatch(/not a whole number: \d\.\d+ at cell \S+, gene \S+/)
  })

  it('reads raw/X with its own genes', async () => {
    const path = fixture('h5ad/anndata_v0.7.0_small.h5ad')
    expect((await read(path)).counts).toMatchObject({ cells: 30, genes: 20 })
    const raw = await read(path, 'raw')
    expect(raw.counts).toMatchObject({ cells: 30, genes: 40 })
    expect(raw.counts.counts).toHaveLength(480)
  })

  it('reads an almost empty matrix', async () => {
    const { counts } = await read(fixture('h5ad/tiledbsoma_multiome_100x100.h5ad'))
    expect(counts.counts).toHaveLength(13)
    expect(sum(counts.counts)).toBeGreaterThanOrEqual(13)
  })

  it('keeps text columns of a table as cell annotation', async () => {
    const path = join(directory, 'annotated.csv')
    await writeFile(
      path,
      'cell,GAPDH,ACTB,perturbation\nAAACCTGAGAAACCAT-1,3,0,STAT1\nAAACCTGAGAAACCGC-1,0,12,NTC\n',
    )
    const { file, counts } = await read(path)
    expect(dense(counts)).toEqual([
      [3, 0],
      [0, 12],
    ])
    expect(file.cellColumns.get('perturbation')).toMatchObject({ levels: ['STAT1', 'NTC'] })
  })
})
