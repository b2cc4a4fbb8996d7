import { mkdtemp, rm, truncate, writeFile, copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspectionSchema } from '@contract/inspection'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readGeneSets } from './geneSets'
import { inspectFile } from './inspectFile'

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name)
const example = (name: string) => join(import.meta.dirname, '../../resources/exampleScreen', name)

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shiftscope-inspect-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function inspect(path: string) {
  return inspectionSchema.parse(await inspectFile(path))
}

async function file(name: string, content: string): Promise<string> {
  await writeFile(join(directory, name), content)
  return join(directory, name)
}

describe('counts', () => {
  it('describes a 10x folder with guides', async () => {
    expect(await inspect(example('filtered_feature_bc_matrix'))).toMatchObject({
      kind: 'counts',
      format: 'tenx-folder',
      cells: 20_729,
      genes: 299,
      guides: 110,
      otherFeatures: 0,
      nonZero: 1_390_126,
      locations: [{ name: 'matrix', isCounts: true }],
      exampleBarcodes: ['cell_00001', 'cell_00002', 'cell_00003', 'cell_00004', 'cell_00005'],
      findings: [],
    })
  })

  it('says which location of an h5ad holds counts and which column the perturbations', async () => {
    const found = await inspect(fixture('h5ad/mcfaline2023_lognorm_259_cells.h5ad'))
    if (found.kind !== 'counts') throw new Error('counts are expected')
    expect(found.locations).toEqual([
      { name: 'X', isCounts: false, reason: expect.stringContaining('not a whole number') as string },
      { name: 'layers/counts', isCounts: true },
    ])
    expect(found.findings[0]).toMatchObject({ severity: 'attention' })
    expect(
      found.cellColumns.filter((column) => column.looksLikePerturbation).map(({ name }) => name),
    ).toEqual(['perturbation'])
    expect(found.cellColumns.find(({ name }) => name === 'cell_line')).toMatchObject({
      kind: 'text',
      levels: 3,
    })
  })

  it('calls a file without counts blocked, with the reason', async () => {
    const found = await inspect(fixture('h5ad/zellkonverter_krumsiek11.h5ad'))
    expect(found.findings[0]).toMatchObject({
      severity: 'blocking',
      message: expect.stringContaining('0.8032 at cell 0, gene Gata2') as string,
    })
  })

  it('tells kinds of annotation columns', async () => {
    const found = await inspect(fixture('h5ad/anndataR_example.h5ad'))
    if (found.kind !== 'counts') throw new Error('counts are expected')
    const kinds = Object.fromEntries(found.cellColumns.map(({ name, kind }) => [name, kind]))
    expect(kinds).toMatchObject({ Float: 'number', IntNA: 'number', Bool: 'boolean', leiden: 'text' })
    expect(found.locations.filter(({ isCounts }) => isCounts).map(({ name }) => name)).toEqual([
      'layers/counts',
      'layers/csc_counts',
      'layers/dense_counts',
    ])
  })

  it('describes 10x HDF5 and CSV, and asks for guides', async () => {
    expect(await inspect(fixture('tenx/v2_filtered_gene_bc_matrices_h5.h5'))).toMatchObject({
      kind: 'counts',
      format: 'tenx-hdf5',
      cells: 12,
      genes: 343,
    })
    const csv = await inspect(fixture('delimited/papalexi2021_ifngr2_counts.csv'))
    expect(csv).toMatchObject({ kind: 'counts', format: 'delimited', cells: 60, genes: 100 })
    expect(csv.findings.at(-1)?.hint).toContain('Give a guide table')
  })
})

describe('tables', () => {
  it('knows the layouts of guide tables', async () => {
    expect(await inspect(example('protospacer_calls_per_cell.csv'))).toMatchObject({
      kind: 'guides',
      layout: 'protospacer-calls',
      rows: 20_714,
      cells: 20_714,
      cellsWithSeveralGuides: 998,
      findings: [],
    })
    const identities = await inspect(fixture('guides/replogle2020_cell_identities.csv'))
    expect(identities).toMatchObject({ kind: 'guides', layout: 'cell-identities', rows: 352, cells: 300 })
    expect(identities.findings).toEqual([])
    expect(
      await inspect(await file('two.tsv', 'AAACCTGAGAAACCAT-1\tSTAT1\nAAACCTGAGAAACCGC-1\tJAK2\n')),
    ).toMatchObject({
      kind: 'guides',
      layout: 'two-column',
      guides: ['JAK2', 'STAT1'],
      findings: [{ severity: 'attention', message: 'No control was found by name.' }],
    })
    const wide = 'barcode,STAT1_1,STAT1_2,NT_1\nAAACCTGAGAAACCAT-1,1,1,0\nAAACCTGAGAAACCGC-1,0,0,1\n'
    expect(await inspect(await file('wide.csv', wide))).toMatchObject({
      kind: 'guides',
      layout: 'wide',
      cells: 2,
    })
  })

  it('knows guide-to-target tables, among them the feature reference of Cell Ranger', async () => {
    const found = await inspect(example('guide_targets.csv'))
    expect(found).toMatchObject({ kind: 'guide-targets', guides: 110, controls: ['non-targeting'] })
    const reference =
      'id,name,read,pattern,sequence,feature_type,target_gene_id,target_gene_name\n' +
      'g1,STAT1-1,R2,^(BC),ACGT,CRISPR Guide Capture,ENSG00000115415,STAT1\n' +
      'g2,NT-1,R2,^(BC),ACGA,CRISPR Guide Capture,Non-Targeting,Non-Targeting\n'
    expect(await inspect(await file('reference.csv', reference))).toMatchObject({
      kind: 'guide-targets',
      targets: ['Non-Targeting', 'STAT1'],
      controls: ['Non-Targeting'],
    })
  })

  it('knows gene sets', async () => {
    expect(await inspect(example('h.all.v7.0.symbols.gmt'))).toMatchObject({
      kind: 'gene-sets',
      sets: 50,
      medianGenes: 180,
    })
    const unnamed = await file('sets.txt', 'one\tfirst\tSTAT1\tJAK2\ntwo\tsecond\tIRF1\n\nempty\tnone\t\n')
    expect(await inspect(unnamed)).toMatchObject({ kind: 'gene-sets', sets: 2, medianGenes: 1.5 })
    expect(await readGeneSets(unnamed)).toEqual([
      { name: 'one', description: 'first', genes: ['STAT1', 'JAK2'] },
      { name: 'two', description: 'second', genes: ['IRF1'] },
    ])
    await expect(inspect(await file('bad.gmt', 'one\tfirst\tSTAT1\ntwo\n'))).rejects.toMatchObject({
      code: 'geneSets/malformed',
      where: `${join(directory, 'bad.gmt')}, line 2`,
    })
    await expect(inspect(await file('twice.gmt', 'one\ta\tSTAT1\none\tb\tJAK2\n'))).rejects.toMatchObject({
      code: 'geneSets/duplicateName',
      where: `${join(directory, 'twice.gmt')}, lines 1 and 2`,
    })
  })
})

describe('what cannot be read', () => {
  it('gives a problem instead of an inspection', async () => {
    await expect(inspect(join(directory, 'none.csv'))).rejects.toMatchObject({ code: 'files/missing' })
    await expect(inspect(await file('empty.csv', ''))).rejects.toMatchObject({ code: 'files/empty' })
    await expect(inspect(await file('words.csv', 'this is a text\nwithout a table\n'))).rejects.toMatchObject(
      {
        code: 'import/notATable',
      },
    )
    const short = join(directory, 'short.h5ad')
    await copyFile(fixture('h5ad/papalexi2021_500_cells.h5ad'), short)
    await truncate(short, 100_000)
    await expect(inspect(short)).rejects.toMatchObject({ code: 'hdf5/truncated', where: short })
    await expect(inspect(fixture('other/loompy_test.loom'))).rejects.toMatchObject({
      code: 'import/unsupportedFormat',
    })
  })
})
