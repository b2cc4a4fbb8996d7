import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRows, readTexts } from './arrays'
import { type Dataframe, readDataframe } from './dataframe'
import { findGroup, requireDataset, requireGroup, textsAttribute } from './nodes'
import { readHdf5 } from './openHdf5'
import { readRowStarts, sparseSlices } from './sparse'

const fixtures = join(import.meta.dirname, '../fixtures')
const fixture = (name: string) => join(fixtures, name)

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shiftscope-hdf5-'))
})
afterAll(() => rm(directory, { recursive: true }))

const dataframeOf = (file: string, group: string): Promise<Dataframe> =>
  readHdf5(fixture(file), (root) => readDataframe(requireGroup(root, group)))

function texts(frame: Dataframe, name: string): (string | null)[] {
  const column = frame.columns.get(name)
  if (column?.kind !== 'text') throw new Error(`${name} is not a text column`)
  return Array.from(column.codes, (code) => (code < 0 ? null : column.levels[code]))
}

function numbers(frame: Dataframe, name: string): number[] {
  const column = frame.columns.get(name)
  if (column?.kind !== 'number') throw new Error(`${name} is not a number column`)
  return Array.from(column.values)
}

describe('opening', () => {
  it('says that a file is missing', async () => {
    await expect(readHdf5(join(directory, 'none.h5'), () => 0)).rejects.toMatchObject({
      code: 'files/missing',
      where: join(directory, 'none.h5'),
    })
  })

  it('says that a file is not HDF5', async () => {
    const path = join(directory, 'text.h5')
    await writeFile(path, 'barcode,guide\n')
    await expect(readHdf5(path, () => 0)).rejects.toMatchObject({ code: 'hdf5/notHdf5' })
    await writeFile(path, '')
    await expect(readHdf5(path, () => 0)).rejects.toMatchObject({ code: 'hdf5/notHdf5' })
    await expect(readHdf5(directory, () => 0)).rejects.toMatchObject({ code: 'hdf5/notHdf5' })
  })

  it('says that a file is cut short', async () => {
    const path = join(directory, 'short.h5')
    await copyFile(fixture('tenx/v3_filtered_feature_bc_matrix.h5'), path)
    await truncate(path, 60_000)
    await expect(readHdf5(path, () => 0)).rejects.toMatchObject({ code: 'hdf5/truncated', where: path })
  })

  it('throws, and does not return garbage, where the stored bytes are damaged', async () => {
    const path = join(directory, 'damaged.h5')
    const bytes = await readFile(fixture('tenx/v3_filtered_feature_bc_matrix.h5'))
    bytes.fill(0x55, 20_000, 90_000)
    await writeFile(path, bytes)
    await expect(
      readHdf5(path, (file) => [...sparseSlices(requireGroup(file, 'matrix'))].length),
    ).rejects.toMatchObject({ code: 'hdf5/unreadable', where: path })
  })
})

it('names the file and the place of a part that is missing', async () => {
  const path = fixture('h5ad/anndataR_example.h5ad')
  await expect(readHdf5(path, (file) => requireGroup(file, 'layers/none'))).rejects.toMatchObject({
    code: 'hdf5/missingPart',
    where: `${path}, /`,
  })
})

describe('dataframes', () => {
  it('reads the encodings of anndata 0.8 and later, with missing values', async () => {
    const obs = await dataframeOf('h5ad/anndataR_example.h5ad', 'obs')
    expect(obs.index.slice(0, 2)).toEqual(['Cell000', 'Cell001'])
    expect([...obs.columns.keys()].slice(0, 6)).toEqual([
      'Float',
      'FloatNA',
      'Int',
      'IntNA',
      'Bool',
      'BoolNA',
    ])
    expect(texts(obs, 'leiden').slice(0, 4)).toHaveLength(4)
    expect(texts(obs, 'Bool').slice(0, 2)).toEqual(['False', 'True'])
    expect(texts(obs, 'BoolNA')).toContain(null)
    expect(numbers(obs, 'IntNA').filter(Number.isNaN).length).toBeGreaterThan(0)
    expect(numbers(obs, 'Int').slice(0, 3)).toEqual([0, 1, 2])
  })

  it('reads the old categoricals of anndata 0.7', async () => {
    const obs = await dataframeOf('h5ad/zellkonverter_krumsiek11.h5ad', 'obs')
    const types = texts(obs, 'cell_type')
    expect(types).toHaveLength(640)
    expect(new Set(types).size).toBe(5)
    expect(types[0]).toBe('progenitor')
  })

  it('reads files compressed with lzf', async () => {
    const obs = await dataframeOf('h5ad/anndata_v0.7.0_small.h5ad', 'obs')
    expect(obs.index.slice(0, 3)).toEqual(['cell0', 'cell1', 'cell2'])
    expect([...obs.columns.keys()]).toEqual(['obs_cat', 'cat_ordered', 'int64', 'float64', 'uint8'])
    expect(texts(obs, 'obs_cat')).toHaveLength(30)
  })

  it('reads an empty column list and nullable names', async () => {
    const obs = await dataframeOf('h5ad/anndata_v0.11.4_small.h5ad', 'obs')
    expect(obs.index).toHaveLength(10)
    expect(obs.columns.size).toBe(0)
    const nullable = await dataframeOf('other/mudata_v0.4.1_axis0.h5mu', 'mod/mod1/obs')
    expect(nullable.index).toHaveLength(100)
    expect(nullable.index[0]).not.toBe('')
  })
})

describe('arrays', () => {
  it('reads fixed-length text, attributes and the same matrix from sparse and dense groups', async () => {
    const barcodes = await readHdf5(fixture('tenx/v3_filtered_feature_bc_matrix.h5'), (file) =>
      readTexts(requireDataset(file, 'matrix/barcodes')),
    )
    expect(barcodes).toHaveLength(1107)
    expect(barcodes[0]).toMatch(/^[ACGT]{16}-1$/)

    await readHdf5(fixture('h5ad/anndataR_example.h5ad'), (file) => {
      expect(textsAttribute(requireGroup(file, 'obs'), 'column-order')).toHaveLength(11)
      const counts = requireGroup(file, 'layers/counts')
      const starts = readRowStarts(counts)
      const fromSparse = new Float64Array(50 * 100)
      for (const slice of sparseSlices(counts)) {
        for (let i = 0, row = 0; i < slice.values.length; i++) {
          while (starts[row + 1] <= slice.start + i) row++
          fromSparse[row * 100 + slice.indices[i]] = slice.values[i]
        }
      }
      const dense = readRows(requireDataset(file, 'layers/dense_counts'), 0, 50)
      expect(Array.from(dense)).toEqual(Array.from(fromSparse))
      expect(findGroup(file, 'layers/none')).toBeNull()
      expect(() => requireGroup(file, 'layers/none')).toThrow(/no group "layers\/none"/)
    })
  })
})
