import { copyFile, cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { chooseMatrix } from './chooseMatrix'
import { fillMatrix } from './fillMatrix'
import { openCounts } from './openCounts'

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name)

const made: string[] = []
let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shiftscope-bad-'))
  made.push(directory)
})
afterAll(() => Promise.all(made.map((path) => rm(path, { recursive: true }))))

async function read(path: string, layer: string | null = null): Promise<number> {
  const file = await openCounts(path)
  const { matrix, survey } = await chooseMatrix(file, layer)
  return (await fillMatrix(file, matrix, survey, { kind: 'gene' })).counts.length
}

/** A folder of three cells and two genes. */
async function folder(matrix: string): Promise<string> {
  await writeFile(
    join(directory, 'barcodes.tsv'),
    'AAACCTGAGAAACCAT-1\nAAACCTGAGAAACCGC-1\nAAACCTGAGAAACCTA-1\n',
  )
  await writeFile(
    join(directory, 'features.tsv'),
    'ENSG1\tSTAT1\tGene Expression\nENSG2\tJAK2\tGene Expression\n',
  )
  await writeFile(join(directory, 'matrix.mtx'), matrix)
  return directory
}
const header = '%%MatrixMarket matrix coordinate integer general\n'
const mtx = () => join(directory, 'matrix.mtx')

describe('folders', () => {
  it('refuses what does not exist', async () => {
    await expect(read(join(directory, 'none'))).rejects.toMatchObject({
      code: 'files/missing',
      where: join(directory, 'none'),
    })
  })

  it('refuses a folder without a matrix and points to the one inside', async () => {
    await expect(read(directory)).rejects.toMatchObject({ code: 'import/noMatrixInFolder' })
    await mkdir(join(directory, 'filtered_feature_bc_matrix'))
    await expect(read(directory)).rejects.toMatchObject({
      code: 'import/noMatrixInFolder',
      hint: expect.stringContaining('"filtered_feature_bc_matrix" inside') as string,
    })
  })

  it('refuses a folder with two matrices or without barcodes', async () => {
    await writeFile(join(directory, 'a_matrix.mtx'), header)
    await expect(read(directory)).rejects.toMatchObject({
      code: 'import/missingTenxFile',
      message: expect.stringContaining('"a_barcodes.tsv"') as string,
    })
    await writeFile(join(directory, 'b_matrix.mtx'), header)
    await expect(read(directory)).rejects.toMatchObject({ code: 'import/severalMatrices' })
  })

  it('refuses a truncated gzip', async () => {
    await cp(fixture('tenx/v3_filtered_feature_bc_matrix'), directory, { recursive: true })
    await truncate(join(directory, 'matrix.mtx.gz'), 40_000)
    await expect(read(directory)).rejects.toMatchObject({
      code: 'files/truncatedGzip',
      where: join(directory, 'matrix.mtx.gz'),
    })
  })

  it('refuses a damaged gzip', async () => {
    await cp(fixture('tenx/v3_filtered_feature_bc_matrix'), directory, { recursive: true })
    const bytes = await readFile(join(directory, 'matrix.mtx.gz'))
    bytes.fill(0xff, 20_000, 30_000)
    await writeFile(join(directory, 'matrix.mtx.gz'), bytes)
    await expect(read(directory)).rejects.toMatchObject({ code: 'files/damagedGzip' })
  })

  it('refuses sizes that do not fit the names', async () => {
    await expect(read(await folder(`${header}2 4 0\n`))).rejects.toMatchObject({
      code: 'import/sizesDiffer',
      message: expect.stringContaining('2 features and 3 barcodes') as string,
    })
  })
})

describe('MatrixMarket', () => {
  it.each([
    ['STAT1,JAK2\n', 1, 'does not begin with'],
    ['%%MatrixMarket matrix array integer general\n', 1, 'coordinate'],
    ['%%MatrixMarket matrix coordinate pattern general\n', 1, '"pattern"'],
    [`${header}% comment\n2 three 1\n`, 3, 'sizes'],
    [header, 1, 'ends before the sizes'],
    [`${header}2 3 2\n1 1 5\n3 1 2\n`, 4, 'row 3, column 1 lies outside'],
    [`${header}2 3 2\n1 1 5\n1 0 2\n`, 4, 'row 1, column 0 lies outside'],
    [`${header}2 3 2\n1 1 5\n1 2\n`, 4, 'row, column, value'],
    [`${header}2 3 1\n1 1 many\n`, 3, '"many" is not a number'],
    [`${header}2 3 3\n1 1 5\n1 2 6\n`, 5, 'ends after 2 entries; its header says 3'],
    [`${header}2 3 1\n1 1 5\n1 2 6\n`, 5, 'holds 2 entries; its header says 1'],
  ])('names the line of what is wrong in %j', async (content, line, message) => {
    await expect(read(await folder(content))).rejects.toMatchObject({
      code: 'import/badMatrixMarket',
      where: `${mtx()}, line ${line}`,
      message: expect.stringContaining(message) as string,
    })
  })

  it('refuses an entry that comes twice', async () => {
    await expect(read(await folder(`${header}2 3 2\n1 1 5\n1 1 6\n`))).rejects.toMatchObject({
      code: 'import/duplicateEntry',
      message: expect.stringContaining('STAT1 in cell AAACCTGAGAAACCAT-1') as string,
    })
  })

  it.each([
    ['2.5', 'not a whole number: 2.5 at cell AAACCTGAGAAACCGC-1, gene JAK2'],
    ['-1', 'negative: -1 at cell AAACCTGAGAAACCGC-1, gene JAK2'],
    ['nan', 'missing (NaN) at cell AAACCTGAGAAACCGC-1, gene JAK2'],
    ['1e12', 'too large'],
    ['inf', 'too large'],
  ])('refuses the value %s with its place', async (value, message) => {
    const content = `${header.replace('integer', 'real')}2 3 2\n1 1 5\n2 2 ${value}\n`
    await expect(read(await folder(content))).rejects.toMatchObject({
      code: 'import/notCounts',
      message: expect.stringContaining(message) as string,
    })
  })
})

describe('other formats', () => {
  it('refuses an empty file', async () => {
    const path = join(directory, 'empty.csv')
    await writeFile(path, '')
    await expect(read(path)).rejects.toMatchObject({ code: 'files/empty', where: path })
  })

  it('refuses a truncated HDF5 file', async () => {
    const path = join(directory, 'short.h5')
    await copyFile(fixture('tenx/v3_filtered_feature_bc_matrix.h5'), path)
    await truncate(path, 50_000)
    await expect(read(path)).rejects.toMatchObject({ code: 'hdf5/truncated', where: path })
  })

  it('refuses normalised values and names the location that holds counts', async () => {
    const path = fixture('h5ad/mcfaline2023_lognorm_259_cells.h5ad')
    await expect(read(path, 'X')).rejects.toMatchObject({
      code: 'import/notCounts',
      where: path,
      hint: expect.stringContaining('"layers/counts"') as string,
    })
    await expect(read(fixture('h5ad/zellkonverter_krumsiek11.h5ad'))).rejects.toMatchObject({
      code: 'import/notCounts',
    })
    await expect(read(path, 'layers/none')).rejects.toMatchObject({
      code: 'import/noSuchLayer',
      hint: expect.stringContaining('layers/counts') as string,
    })
  })

  it('refuses an h5ad without any matrix', async () => {
    await expect(read(fixture('h5ad/anndata_v0.11.4_small.h5ad'))).rejects.toMatchObject({
      code: 'import/noMatrix',
    })
  })

  it.each([
    ['other/loompy_test.loom', 'Loom', 'read_loom'],
    ['other/mudata_v0.4.1_axis0.h5mu', 'MuData', 'write_h5ad'],
  ])('recognises and refuses %s', async (name, kind, remedy) => {
    await expect(read(fixture(name))).rejects.toMatchObject({
      code: 'import/unsupportedFormat',
      message: expect.stringContaining(kind) as string,
      hint: expect.stringContaining(remedy) as string,
    })
  })

  it('recognises R files, archives and UTF-16', async () => {
    const write = async (name: string, content: string | Buffer) => {
      await writeFile(join(directory, name), content)
      return join(directory, name)
    }
    await expect(read(await write('a.rds', 'X\n\0\0'))).rejects.toMatchObject({
      code: 'import/unsupportedFormat',
    })
    await expect(read(await write('a.xlsx', 'PK\x03\x04rest'))).rejects.toMatchObject({
      code: 'files/foreignKind',
    })
    await expect(read(await write('a.csv', Buffer.from('\ufeffa,b\n1,2', 'utf16le')))).rejects.toMatchObject({
      code: 'files/foreignKind',
    })
  })

  it('names the line and the column of a field that is no number', async () => {
    const path = join(directory, 'bad.csv')
    const rows = Array.from({ length: 30 }, (_, i) => `cell_${i},${i},1`)
    rows[25] = 'cell_25,25,x1'
    await writeFile(path, `cell,STAT1,JAK2\n${rows.join('\n')}\n`)
    await expect(read(path)).rejects.toMatchObject({
      code: 'import/badField',
      message: '"x1" in column "JAK2" is not a number.',
      where: `${path}, line 27`,
    })
    rows[25] = 'cell_25,25'
    await writeFile(path, `cell,STAT1,JAK2\n${rows.join('\n')}\n`)
    await expect(read(path)).rejects.toMatchObject({ code: 'import/badField', where: `${path}, line 27` })
    rows[25] = 'cell_25,,4'
    await writeFile(path, `cell,STAT1,JAK2\n${rows.join('\n')}\n`)
    await expect(read(path)).rejects.toMatchObject({
      code: 'import/notCounts',
      message: expect.stringContaining('missing (NaN) at cell cell_25, gene STAT1') as string,
    })
  })
})
