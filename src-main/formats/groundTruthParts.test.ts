import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { screenRecipeSchema } from '@contract/recipe'
import type { GroundTruth } from '../screen/groundTruth'
import { subsetScreen } from '../screen/subset'
import { smallPreparedScreen, smallResults, smallScreen } from './fixtures/smallScreen'
import { importScreen } from './importScreen'
import { readResults, writeResults } from './resultsFile'
import { readPreparedScreen, readScreen, writeScreen } from './screenFile'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shiftscope-truth-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** The truth of `smallScreen`: six cells, four genes, three perturbations, two latents. */
const truth: GroundTruth = {
  latents: ['Programme1', 'Programme2'],
  latentsOfCell: Float32Array.from({ length: 12 }, (_, at) => at / 8),
  libraryOfCell: Float64Array.of(301, 0.1, 5, 70_004, 5, 30),
  shifts: Float32Array.of(0, -0.75, 1.5, -0.75, 1.5, 0),
  edges: Uint8Array.of(0, 1, 1, 1, 1, 0),
  heldOut: [false, false, true],
  programmes: Float32Array.of(1, 0, 1, 0, 0, 1, 0, 0),
  recipe: '{"kind":"semi-synthetic"}',
}
const simulated = { ...smallScreen(), truth }

async function imported(path: string, changes: Record<string, unknown> = {}) {
  const recipe = screenRecipeSchema.parse({ counts: path, perturbationColumn: 'perturbation', ...changes })
  return importScreen(recipe, { baseDirectory: directory })
}

describe('the truth of a simulated screen', () => {
  it('stays in the files of a screen, a prepared screen and results', async () => {
    const path = join(directory, 'screen.h5ad')
    await writeScreen(path, simulated)
    expect(await readScreen(path)).toEqual(simulated)
    await writeScreen(path, { ...smallPreparedScreen(), truth })
    expect(await readPreparedScreen(path)).toEqual({ ...smallPreparedScreen(), truth })
    const results = { ...smallResults(), screen: { ...smallPreparedScreen(), truth } }
    await writeResults(path, results)
    expect(await readResults(path)).toEqual(results)
  })

  it('is without programmes where latents act through a network', async () => {
    const path = join(directory, 'network.h5ad')
    const screen = { ...simulated, truth: { ...truth, programmes: null } }
    await writeScreen(path, screen)
    expect(await readScreen(path)).toEqual(screen)
  })

  it('is imported with the cells and perturbations that are kept', async () => {
    const path = join(directory, 'to-import.h5ad')
    await writeScreen(path, simulated)
    const all = await imported(path)
    expect(all.screen.truth).toEqual(truth)
    expect(all.report.findings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('2 true latents and 4 true edges'),
    )

    const { screen } = await imported(path, { multiple: 'drop' })
    expect(screen.perturbations).toEqual(['IFNGR1', 'JAK2'])
    const kept = subsetScreen(simulated, Uint32Array.of(0, 1, 2, 4, 5), Uint32Array.of(0, 1, 2, 3))
    expect(screen.truth).toEqual(kept.truth)
    expect([...(kept.truth?.shifts ?? [])]).toEqual([0, -0.75, 1.5, 0])
    expect(kept.truth?.heldOut).toEqual([false, true])
  })

  it('is left out, and this is said, when other labels are imported', async () => {
    const path = join(directory, 'other-labels.h5ad')
    await writeScreen(path, simulated)
    const { screen, report } = await imported(path, {
      perturbationColumn: 'batch _ lane',
      controls: ['first'],
    })
    expect(screen.truth).toBeUndefined()
    expect(report.findings).toContainEqual(expect.objectContaining({ severity: 'attention' }))
  })

  it('survives a subset that anndata makes and writes', async () => {
    const path = join(directory, 'whole.h5ad')
    const part = join(directory, 'part.h5ad')
    await writeScreen(path, simulated)
    await promisify(execFile)('/usr/bin/python3', ['-c', subsetWithAnndata, path, part])
    const { screen } = await imported(part)
    const expected = subsetScreen(simulated, Uint32Array.of(0, 2, 3), Uint32Array.of(1, 2, 3))
    expect(screen.truth).toEqual(expected.truth)
    expect(screen.counts).toEqual(expected.counts)
  })
})

/** Reads a simulated screen as its users do, checks the shapes, and writes a part of it. */
const subsetWithAnndata = `
import sys
import anndata
read = anndata.read_h5ad(sys.argv[1])
truth = read.uns["shiftscope_truth"]
assert read.obsm["true_latents"].shape == (6, 2)
assert read.obsm["true_library"].tolist() == [[301], [0.1], [5], [70004], [5], [30]]
assert read.varm["true_programmes"].tolist() == [[1, 0], [1, 0], [0, 1], [0, 0]]
assert list(truth["latents"]) == ["Programme1", "Programme2"]
assert list(truth["perturbations"]) == ["IFNGR1", "IFNGR1+JAK2", "JAK2"]
assert truth["shift"].tolist() == [[0, -0.75], [1.5, -0.75], [1.5, 0]]
assert truth["edge"].tolist() == [[0, 1], [1, 1], [1, 0]]
assert truth["held_out"].tolist() == [0, 0, 1]
assert truth["recipe"] == '{"kind":"semi-synthetic"}'
read[[0, 2, 3], [1, 2, 3]].copy().write_h5ad(sys.argv[2])
`
