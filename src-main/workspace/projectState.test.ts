import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelRecipeSchema, screenRecipeSchema } from '@contract/recipe'
import type { Run } from '@contract/run'
import { changeProject, replaceRecordedFile } from './changeProject'
import { createProject } from './createProject'
import { readEffects, writeEffects } from './effectsFile'
import { readProject } from './projectFile'
import { lockProject } from './projectLock'
import { projectPaths, runPaths } from './projectPaths'
import { readProjectState, recoverProject } from './projectState'
import { listRuns, readRun, removeRun, reserveRun, writeRun } from './runFiles'
import { describeSources, findChangedSource } from './sources'
import { partialPath, stage } from './writeBeside'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))
  await createProject(folder)
})
afterEach(() => rm(folder, { recursive: true }))

function run(id: string, fields: Partial<Run> = {}): Run {
  return {
    schemaVersion: 1,
    id,
    createdAt: new Date().toISOString(),
    finishedAt: null,
    state: 'running',
    configuration: modelRecipeSchema.parse({ alpha: 2 }),
    device: null,
    screenSha256: 'aa',
    cells: { train: 90, validation: 10, test: 0 },
    genes: 10,
    perturbations: 2,
    versions: {},
    epochsDone: 7,
    stoppedBecause: null,
    metrics: null,
    problem: null,
    notices: [],
    latentLabels: {},
    ...fields,
  }
}

async function addRun(fields: Partial<Run> = {}): Promise<string> {
  const id = await reserveRun(folder, 'svae-plus')
  await writeRun(folder, run(id, fields))
  return id
}

describe('recovery after a crash', () => {
  it('removes what was half-written and marks runs that nobody trains', async () => {
    const id = await addRun()
    const doneRun = await addRun({ state: 'done' })
    await writeFile(partialPath(projectPaths(folder).screen), 'half')
    await writeFile(partialPath(runPaths(folder, id).checkpoint), 'half')
    await recoverProject(folder)
    expect((await readdir(folder)).sort()).toEqual(['project.json', 'recipe.yaml', 'runs'])
    expect(await readdir(runPaths(folder, id).directory)).toEqual(['run.json'])
    const left = await readRun(folder, id)
    expect(left.state).toBe('interrupted')
    expect(left.problem?.code).toBe('training/interrupted')
    expect(left.problem?.message).toContain('epoch 7')
    expect((await readRun(folder, doneRun)).state).toBe('done')
  })

  it('does nothing while this process is at work', async () => {
    const id = await addRun()
    const release = await lockProject(folder)
    await recoverProject(folder)
    expect((await readRun(folder, id)).state).toBe('running')
    await release()
  })
})

describe('runs', () => {
  it('are numbered on from the last and listed in the order of their making', async () => {
    await addRun({ createdAt: '2026-01-02T00:00:00.000Z' })
    await addRun({ createdAt: '2026-01-01T00:00:00.000Z' })
    await removeRun(folder, 'svae-plus-1')
    expect(await addRun({ createdAt: '2026-01-03T00:00:00.000Z' })).toBe('svae-plus-3')
    expect((await listRuns(folder)).map(({ id }) => id)).toEqual(['svae-plus-2', 'svae-plus-3'])
    expect((await readdir(projectPaths(folder).runs)).sort()).toEqual(['svae-plus-2', 'svae-plus-3'])
  })

  it.each(['svae-plus-9', '../..', ''])('that are not there are said not to be (%j)', async (id) => {
    await expect(readRun(folder, id)).rejects.toMatchObject({ code: 'run/missing' })
  })
})

describe('a recorded file', () => {
  const recipe = screenRecipeSchema.parse({ counts: 'matrix' })
  const report = {
    genes: 1,
    nonZero: 1,
    cells: { inMatrix: 1, labelled: 1, unlabelled: 0, severalTargets: 0, dropped: 0, control: 0 },
    barcodes: null,
    controls: [],
    perturbations: [],
    findings: [],
  }
  const record = { at: '2026-01-01T00:00:00.000Z', screen: recipe, report }

  it('takes its place together with its record', async () => {
    const staged = await stage(projectPaths(folder).imported, (partial) => writeFile(partial, 'new'))
    await replaceRecordedFile(
      folder,
      staged,
      (project) => ({ ...project, imported: null }),
      (project) => ({ ...project, imported: record }),
    )
    expect((await readProject(folder)).imported).toEqual(record)
    expect(await readdir(folder)).toContain('imported.h5ad')
  })

  it('is not described by an old record when its replacement fails', async () => {
    await changeProject(folder, (project) => ({ ...project, imported: record }))
    const staged = await stage(projectPaths(folder).imported, (partial) => writeFile(partial, 'new'))
    await rm(staged.partial)
    const failing = replaceRecordedFile(
      folder,
      staged,
      (project) => ({ ...project, imported: null }),
      (project) => ({ ...project, imported: record }),
    )
    await expect(failing).rejects.toThrow('ENOENT')
    expect((await readProject(folder)).imported).toBeNull()
  })

  it('is changed by one writer after the other', async () => {
    const rename = (suffix: string) =>
      changeProject(folder, (project) => ({ ...project, name: `${project.name}${suffix}` }))
    const { name } = await readProject(folder)
    await Promise.all(['a', 'b', 'c', 'd'].map(rename))
    expect((await readProject(folder)).name).toHaveLength(name.length + 4)
    expect(await readdir(folder)).not.toContain('project.lock')
  })

  it('of effects counts only for the import and rule it was measured on', async () => {
    const { recipe: choices } = await readProjectState(folder, new Set())
    const effects = [{ name: 'A', cells: 10, mmd: 1.5 }]
    await writeEffects(folder, { importedAt: record.at, quality: choices.quality, effects })
    const project = { ...(await readProject(folder)), imported: record }
    expect(await readEffects(folder, project, choices.quality)).toEqual(effects)
    expect(await readEffects(folder, project, { ...choices.quality, minimumCounts: 9 })).toBeNull()
    const again = { ...project, imported: { ...record, at: '2026-02-01T00:00:00.000Z' } }
    expect(await readEffects(folder, again, choices.quality)).toBeNull()
  })
})

describe('sources', () => {
  it('are the files of a 10x folder with their fingerprints, and changes are seen', async () => {
    const matrix = join(folder, 'matrix.mtx')
    await writeFile(matrix, 'abc')
    await writeFile(join(folder, 'barcodes.tsv'), '')
    const recipe = screenRecipeSchema.parse({ counts: '.', guides: 'guides.csv' })
    await writeFile(join(folder, 'guides.csv'), 'a,b')
    const sources = await describeSources(recipe, folder)
    expect(sources.map(({ role, path }) => [role, path.slice(folder.length + 1)])).toEqual([
      ['counts', 'barcodes.tsv'],
      ['counts', 'matrix.mtx'],
      ['guides', 'guides.csv'],
    ])
    // SHA-256 of "abc", from the standard (FIPS 180-2, appendix B.1).
    expect(sources[1].sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(await findChangedSource(sources)).toBeNull()
    await truncate(matrix, 1)
    expect(await findChangedSource(sources)).toMatchObject({ path: matrix })
    await rm(matrix)
    expect(await findChangedSource(sources)).toBeNull()
  })
})
