import { readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { events } from '@contract/events'
import type { ProjectState } from '@contract/project'
import { recipeSchema, type RecipeInput } from '@contract/recipe'
import { openTestApplication, type TestApplication } from './testApplication'

let application: TestApplication
let directory: string
beforeAll(async () => {
  application = await openTestApplication()
})
afterAll(() => application.close())

function states({ steps }: ProjectState): string {
  return Object.values(steps)
    .map(({ state }) => state)
    .join(' ')
}

async function change(recipe: RecipeInput): Promise<ProjectState> {
  return application.ask('recipe/change', { directory, recipe })
}

const model = { latents: 3, epochs: 2, batchSize: 64, warmUp: 1, patience: null } as const
const recipe = (): RecipeInput => ({
  screen: {
    counts: application.files.counts,
    guides: application.files.guides,
    guideTargets: application.files.guideTargets,
  },
  quality: { variableGenes: 'all' },
  models: [
    { ...model, seed: 1 },
    { ...model, seed: 2 },
  ],
})

describe('a project from beginning to end', () => {
  it('begins empty and is remembered', async () => {
    const state = await application.ask('projects/create', {
      name: 'Small: screen',
      parentDirectory: application.folder,
    })
    directory = state.directory
    expect(directory).toBe(join(application.folder, 'Small- screen'))
    expect(states(state)).toBe('toDo toDo toDo toDo toDo toDo')
    const { projects } = await application.ask('projects/recent', {})
    expect(projects[0]).toMatchObject({ directory, name: 'Small: screen', available: true })
    const again = await application.refusal('projects/create', {
      name: 'Small: screen',
      parentDirectory: application.folder,
    })
    expect(again).toMatchObject({ code: 'project/folderTaken' })
    const { entries } = await application.ask('files/list', { directory: application.folder })
    expect(entries.find(({ path }) => path === directory)?.looksLike).toBe('project')
  })

  it('asks for the steps before a step', async () => {
    const refusals = [
      ['screen/import', 'project/noScreen'],
      ['screen/prepare', 'project/notImported'],
      ['quality/figures', 'project/notImported'],
      ['training/start', 'project/notPrepared'],
    ] as const
    for (const [name, code] of refusals) {
      expect(await application.refusal(name, { directory })).toMatchObject({ code })
    }
  })

  it('imports the screen', async () => {
    expect(states(await change(recipe()))).toBe('ready toDo toDo toDo toDo toDo')
    const task = await application.ended((await application.ask('screen/import', { directory })).task)
    expect(task).toMatchObject({ state: 'done', problem: null })
    const state = await application.ask('projects/open', { directory })
    expect(states(state)).toBe('done ready ready toDo toDo toDo')
    expect(state.project.imported?.report.cells).toMatchObject({ inMatrix: 200, labelled: 200, control: 40 })
    expect(state.project.sources.map(({ role }) => role)).toEqual(['counts', 'guides', 'guideTargets'])
    expect(await readdir(directory)).toContain('imported.h5ad')
  })

  it('shows what thresholds and hold-outs would keep', async () => {
    const figures = await application.ask('quality/figures', { directory })
    expect(figures.countsPerCell.cells.reduce((sum, cells) => sum + cells)).toBe(200)
    expect(figures.cellsPerPerturbation).toHaveLength(5)
    const { quality } = recipeSchema.parse(recipe())
    const preview = await application.ask('quality/preview', {
      directory,
      quality: { ...quality, minimumCellsPerPerturbation: 41 },
    })
    expect(preview.perturbations).toEqual({ all: 4, kept: 0 })

    const { pathways } = await application.ask('holdOut/pathways', {
      directory,
      file: application.files.geneSets,
    })
    expect(pathways).toEqual([{ name: 'FIRST', genes: 2, perturbations: ['GENE0', 'GENE1'] }])
    const holdOut = { rule: 'pathway', file: application.files.geneSets, name: 'FIRST' } as const
    const heldOut = await application.ask('holdOut/preview', { directory, holdOut })
    expect(heldOut.heldOut.map(({ name }) => name).sort()).toEqual(['GENE0', 'GENE1'])
    expect(heldOut.cells).toEqual({ train: 108, validation: 12, test: 80 })
    expect(
      await application.refusal('holdOut/preview', { directory, holdOut: { ...holdOut, name: 'FIRTS' } }),
    ).toMatchObject({ code: 'geneSets/noSuchSet', hint: expect.stringContaining('FIRST') as string })
    expect(
      await application.refusal('holdOut/preview', { directory, holdOut: { rule: 'strongest', count: 1 } }),
    ).toMatchObject({ code: 'holdOut/notMeasured' })
  })

  it('measures effects, and forgets them when the quality rule changes', async () => {
    expect(await application.ask('holdOut/effects', { directory })).toEqual({ effects: null })
    await application.ended((await application.ask('holdOut/measureEffects', { directory })).task)
    const { effects } = await application.ask('holdOut/effects', { directory })
    expect(
      effects
        ?.slice(0, 2)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['GENE0', 'GENE1'])
    await change({ ...recipe(), quality: { minimumCounts: 1 } })
    expect(await application.ask('holdOut/effects', { directory })).toEqual({ effects: null })
    await change(recipe())
    expect(
      await application.ask('holdOut/preview', { directory, holdOut: { rule: 'strongest', count: 2 } }),
    ).toMatchObject({
      cells: { test: 80 },
    })
  })

  it('prepares the screen', async () => {
    await application.ended((await application.ask('screen/prepare', { directory })).task)
    const state = await application.ask('projects/open', { directory })
    expect(states(state)).toBe('done done done ready ready toDo')
    expect(state.project.prepared?.report.cells).toMatchObject({ train: 180, validation: 20, test: 0 })
    const estimate = await application.ask('models/estimate', { directory, model: state.recipe.models[0] })
    expect(estimate.secondsPerEpoch).toBeGreaterThan(0)
    expect(estimate.smallestShift).toHaveLength(4)
  })

  it('refuses to train on a screen that was prepared with other choices', async () => {
    await change({ ...recipe(), split: { seed: 5 } })
    expect(await application.refusal('training/start', { directory })).toMatchObject({
      code: 'project/outOfDate',
      message: expect.stringContaining('seed') as string,
    })
    await change(recipe())
  })

  it('refuses to train models that the recipe does not have', async () => {
    expect(await application.refusal('training/start', { directory, models: [0, 2] })).toMatchObject({
      code: 'recipe/noSuchModel',
    })
  })

  it('trains a run for each model, one after the other', async () => {
    const { started } = await application.ask('training/start', { directory })
    expect(started.map(({ run }) => run)).toEqual(['svae-plus-1', 'svae-plus-2'])
    expect(states(await application.ask('projects/open', { directory }))).toBe(
      'done done done done running toDo',
    )
    for (const { task } of started)
      expect(await application.ended(task)).toMatchObject({ state: 'done', problem: null })
    const state = await application.ask('projects/open', { directory })
    expect(states(state)).toBe('done done done done done done')
    expect(state.runs[0]).toMatchObject({ state: 'done', epochsDone: 2, problem: null })
    expect(state.runs[0].configuration.alpha).toBe(4)
    expect(state.runs[0].metrics).toMatchObject({ epochs: 2, possibleEdges: 12 })
    expect(state.runs[0].metrics?.peakMemoryBytes).toBeGreaterThan(1e7)
    expect(state.runs[0].versions).toMatchObject({ shiftscope: '1.2.3' })
    const { epochs } = await application.ask('training/history', { directory, run: 'svae-plus-1' })
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
    const told = application.heard.filter(({ name }) => name === 'training/epoch')
    expect(told).toHaveLength(4)
    expect(application.heard.some(({ name, body }) => name === 'project/changed' && body !== null)).toBe(true)
  })

  it('trains on the processor where the device asked for cannot be used, and says so', async () => {
    await change({ ...recipe(), models: [{ ...model, device: 'cuda', threads: 7 }] })
    const { started } = await application.ask('training/start', { directory })
    const [{ run, task }] = started
    expect(await application.ended(task)).toMatchObject({ state: 'done' })
    const state = await application.ask('projects/open', { directory })
    const trained = state.runs.find(({ id }) => id === run)
    expect(trained?.device?.name).toBe('cpu')
    const messages = trained?.notices.map(({ message }) => message) ?? []
    expect(messages[0]).toMatch(/"cuda" cannot be used, so the processor computes/)
    expect(messages.at(-1)).toMatch(/^All 12 possible edges are there because the mask has not had time/)
    const told = application.heard.flatMap(({ name, body }) =>
      name === 'training/notice' ? [events[name].parse(body)] : [],
    )
    expect(told.filter((notice) => notice.run === run).map(({ message }) => message)).toEqual(messages)
    await application.ask('runs/remove', { directory, run })
    await change(recipe())
  })

  it('pauses a run and goes on with it', async () => {
    await change({ ...recipe(), models: [{ ...model, epochs: 5000 }] })
    const { started } = await application.ask('training/start', { directory })
    const [{ run, task }] = started
    // A run that was removed may have had this name.
    const earlier = epochsHeard(run)
    await expect.poll(() => epochsHeard(run), { timeout: 15_000 }).toBeGreaterThan(earlier)
    expect(await application.refusal('runs/remove', { directory, run })).toMatchObject({ code: 'run/busy' })
    await application.ask('training/pause', { directory, run })
    expect(await application.ended(task)).toMatchObject({ state: 'cancelled' })
    const paused = (await application.ask('projects/open', { directory })).runs[2]
    expect(paused).toMatchObject({ id: run, state: 'paused' })
    expect(await readdir(join(directory, 'runs', run))).toContain('checkpoint.safetensors')

    const resumed = await application.ask('training/resume', { directory, run })
    const before = paused.epochsDone
    await expect.poll(() => epochsHeard(run), { timeout: 15_000 }).toBeGreaterThan(earlier + before + 1)
    await application.ask('training/finish', { directory, run })
    expect(await application.ended(resumed.task)).toMatchObject({ state: 'done' })
    const finished = (await application.ask('projects/open', { directory })).runs[2]
    expect(finished.state).toBe('done')
    expect(finished.stoppedBecause).toMatch(/^Ended on request after epoch \d+\.$/)
    const { epochs } = await application.ask('training/history', { directory, run })
    expect(epochs.map(({ epoch }) => epoch)).toEqual(
      Array.from({ length: finished.epochsDone }, (_, i) => i + 1),
    )
    expect(await application.refusal('training/resume', { directory, run })).toMatchObject({
      code: 'run/done',
    })
    expect(await application.refusal('training/pause', { directory, run })).toMatchObject({
      code: 'run/notTraining',
    })
    expect((await application.ask('runs/remove', { directory, run })).runs).toHaveLength(2)
    await change(recipe())
  })

  it('shows results, with the names that a person gave', async () => {
    const run = 'svae-plus-1'
    await application.ask('results/renameLatent', { directory, run, latent: 'z2', label: 'Interferon' })
    const graph = await application.ask('results/graph', { directory, run })
    expect(graph?.latents.map(({ label }) => label)).toEqual(['Latent 1', 'Interferon', 'Latent 3'])
    expect(graph?.shift).toHaveLength(4)
    expect(await application.ask('results/genes', { directory, run, latent: 'z2', count: 5 })).toMatchObject({
      label: 'Interferon',
    })
    await application.ask('results/renameLatent', { directory, run, latent: 'z2', label: '' })
    const restored = await application.ask('results/graph', { directory, run })
    expect(restored?.latents[1].label).toBe('Latent 2')
    const distribution = await application.ask('results/distribution', {
      directory,
      run,
      latent: 'z1',
      perturbation: 'GENE0',
    })
    expect(distribution.perturbation.reduce((sum, part) => sum + part)).toBeCloseTo(1)
    for (const name of ['results/genes', 'results/renameLatent'] as const) {
      const body = { directory, run, latent: 'z4', label: 'x', count: 1 }
      const { label, count, ...rest } = body
      const reply = await application.refusal(
        name,
        name === 'results/genes' ? { ...rest, count } : { ...rest, label },
      )
      expect(reply).toMatchObject({ code: 'results/unknownLatent' })
    }
  })

  it('exports a run into a folder', async () => {
    const to = join(application.folder, 'export')
    const exported = async (refine: boolean) => {
      const body = { directory, run: 'svae-plus-1', to, refine }
      return application.ended((await application.ask('results/export', body)).task)
    }
    expect((await exported(true)).state).toBe('done')
    const refined = (await readFile(join(to, 'refined_latents.csv'), 'utf8')).split('\n')
    expect(refined[0]).toMatch(/^barcode,perturbation,split,refined,z1,/)
    expect(refined).toHaveLength((await readFile(join(to, 'latents.csv'), 'utf8')).split('\n').length)
    // Without the option the table goes: it would belong to an earlier export.
    expect((await exported(false)).state).toBe('done')
    expect((await readdir(to)).sort()).toEqual([
      'gene_scores.csv',
      'genes',
      'genes.gmt',
      'latent_shares.csv',
      'latents.csv',
      'observed_shifts.csv',
      'results.h5ad',
      'run.json',
      'target_graph.csv',
      'target_graph.graphml',
    ])
    const [header] = (await readFile(join(to, 'target_graph.csv'), 'utf8')).split('\n')
    expect(header.trim()).toBe('perturbation,latent,probability,shift,edge')
  })

  it('is out of date when a source changes, and can be renamed and forgotten', async () => {
    await truncate(application.files.guideTargets, 10)
    expect((await application.ask('projects/open', { directory })).steps.screen).toMatchObject({
      state: 'outOfDate',
    })
    expect((await application.ask('projects/rename', { directory, name: 'Renamed' })).project.name).toBe(
      'Renamed',
    )
    await application.ask('projects/forget', { directory })
    expect((await application.ask('projects/recent', {})).projects).toEqual([])
    expect(await readdir(directory)).toContain('project.json')
  })
})

/** Epochs of a run that were told so far. */
function epochsHeard(run: string): number {
  return application.heard
    .filter(({ name }) => name === 'training/epoch')
    .map(({ body }) => events['training/epoch'].parse(body))
    .filter((told) => told.run === run).length
}
