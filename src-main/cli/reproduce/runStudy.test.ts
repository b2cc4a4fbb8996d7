import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApplication } from '../../handlers/application'
import { studies } from '../../reproduction/studies'
import type { Study, StudyModel } from '../../reproduction/study'
import { summarise, type SummaryFigure } from '../../reproduction/summary'
import { jobTable } from '../../tasks/jobTable'
import { pretendWorkers } from '../../tasks/pretendWorkers'
import type { Session } from '../session'
import { runStudy, type StudyChoices } from './runStudy'

/** Studies with tiny screens; real jobs, done in this process. */

/** Table 1 on screens of a few perturbations. */
const small: Study = {
  ...studies.table1,
  screens: [{ key: 'p15', label: 'p = 3', simulation: { latents: 3, perturbations: 10, genes: 20 } }],
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-study-'))
})
afterAll(() => rm(folder, { recursive: true }))

function choices(name: string, models: readonly string[], changes: Partial<StudyChoices> = {}): StudyChoices {
  return {
    directory: join(folder, name),
    study: small,
    settings: { cells: 12, epochs: 4, particles: 3, search: null },
    models: small.models.filter(({ key }) => models.includes(key)),
    seeds: [5],
    parallel: 2,
    threads: 1,
    keepProjects: true,
    ...changes,
  }
}

/** A model that begins as an iVAE, with hardly any epochs. */
function shorter(model: StudyModel): StudyModel {
  const { start } = model.recipe
  return { ...model, recipe: { ...model.recipe, epochs: 3, start: start && { ...start, epochs: 1 } } }
}

/** @param hear is told what is reported and shown, and can interrupt */
async function study(
  chosen: StudyChoices,
  hear: (line: string, interrupt: () => void) => void = () => undefined,
) {
  const application = createApplication({
    face: 'cli',
    forkWorker: pretendWorkers(jobTable).fork,
    dialogs: null,
    settingsDirectory: join(folder, 'settings'),
    resourcesDirectory: folder,
    version: '1.2.3',
    tasksAtOnce: chosen.parallel,
  })
  const interruption = new AbortController()
  const told = (line: string) => hear(line, () => interruption.abort())
  const session: Session = {
    application,
    terminal: { print: told, report: told, status: told, clearStatus: () => undefined },
    resourcesDirectory: folder,
    rendererDirectory: folder,
    interruption: interruption.signal,
  }
  try {
    const outcome = await runStudy(session, chosen)
    const rows = summarise(chosen.study, outcome.records)
    const figures = rows.map(({ model, seeds, figures: all }) => {
      const named: Partial<Record<string, SummaryFigure>> = Object.fromEntries(
        all.map((each) => [each.measure, each]),
      )
      return { model, seeds, figures: named }
    })
    return { ...outcome, rows: figures }
  } finally {
    await application.close()
  }
}

describe('a study', { timeout: 120_000 }, () => {
  it('trains and judges every model on every seed, and goes on with what is not recorded', async () => {
    const models = ['vae', 'thorough']
    const heard: string[] = []
    const first = await study(choices('study', models), (line) => heard.push(line))
    expect(first.failures).toEqual([])
    expect(first.rows.map(({ model, seeds }) => [model, seeds])).toEqual(models.map((model) => [model, [5]]))
    expect(heard.some((line) => /^p15-seed-5-thorough: Pearson MCC 0\.\d{3}, /.test(line))).toBe(true)
    expect(
      heard.some((line) => /^table1 · 1 of 2 runs · \d+ % · about .+ left · p15-seed-5-/.test(line)),
    ).toBe(true)
    const records = join(folder, 'study', 'records')
    const before = await stat(join(records, 'p15-seed-5-vae.json'))

    const { rows } = await study(choices('study', ['vae', 'ivae'], { seeds: [5, 6] }))
    expect(rows.map(({ model, seeds }) => [model, seeds])).toEqual([
      ['vae', [5, 6]],
      ['ivae', [5, 6]],
      ['thorough', [5]],
    ])
    expect((await stat(join(records, 'p15-seed-5-vae.json'))).mtimeMs).toBe(before.mtimeMs)
    const [vae, ivae] = rows.map(({ figures }) => figures)
    expect(ivae.interventional).toMatchObject({ runs: 2, paper: { mean: 323.26, deviation: 2.88 } })
    expect(ivae.interventional?.here?.deviation).toBeGreaterThan(0)
    expect(ivae.publishedRecall?.here).toEqual({ mean: 1, deviation: 0 })
    expect(ivae.pearson?.here?.mean).toBeGreaterThan(0)
    expect(vae.f1).toMatchObject({ runs: 0, here: null })

    const csv = (await readFile(join(folder, 'study', 'table1_runs.csv'), 'utf8')).trim().split('\n')
    expect(csv).toHaveLength(6)
    const markdown = await readFile(join(folder, 'study', 'table1.md'), 'utf8')
    expect(markdown).toMatch(/\| iVAE \| here \| 2 \| \d\.\d{3} ± \d\.\d{3} \|/)
    expect(markdown).toContain('| iVAE | paper |  | 0.47 ± 0.01 |')
    const runs = await readdir(join(folder, 'study', 'projects', 'p15-seed-5', 'runs'))
    expect(runs.sort()).toEqual(['ivae-1', 'svae-plus-1', 'vae-1'])
  })

  it('keeps what is done at Ctrl-C and ends with the figures of one that nobody disturbed', async () => {
    const longer = { settings: { cells: 12, epochs: 60, particles: 3, search: null }, parallel: 1 }
    const stopped = study(choices('stopped', ['svae-plus'], longer), (line, interrupt) => {
      if (/svae-plus: epoch \d/.test(line)) interrupt()
    })
    await expect(stopped).rejects.toThrow('Interrupted')
    const run = join(folder, 'stopped', 'projects', 'p15-seed-5', 'runs', 'svae-plus-1')
    expect(await readdir(run)).toContain('checkpoint.safetensors')
    expect(await readdir(run)).not.toContain('results.h5ad')

    const resumed = await study(choices('stopped', ['svae-plus'], longer))
    const whole = await study(choices('whole', ['svae-plus'], longer))
    for (const measure of ['pearson', 'rSquared', 'f1', 'interventional']) {
      const of = ({ rows }: typeof whole) => rows[0].figures[measure]?.here
      expect(of(whole)?.mean, measure).toBeDefined()
      expect(of(resumed), measure).toEqual(of(whole))
    }
  })

  it('chooses settings on each screen without the truth, and judges the run of the chosen ones', async () => {
    const grid = { epochs: [2, 3], beta: [1, 4] }
    const searched: Study = {
      ...small,
      models: small.models.map((model) => (model.key === 'beta-vae' ? { ...model, grid } : model)),
    }
    const chosen = choices('searched', ['beta-vae', 'thorough'], {
      study: searched,
      settings: { cells: 12, epochs: null, particles: 3, search: 2 },
      models: searched.models
        .filter(({ key }) => ['beta-vae', 'thorough'].includes(key))
        .map((model) => (model.key === 'thorough' ? shorter(model) : model)),
    })
    const heard: string[] = []
    const { records, failures } = await study(chosen, (line) => heard.push(line))
    expect(failures).toEqual([])
    expect(records.map(({ model, search }) => [model, search?.settings.length])).toEqual([
      ['beta-vae', 4],
      ['thorough', undefined],
    ])
    const [{ search, configuration, seed }] = records
    if (!search) throw new Error('Nothing was searched.')
    const rankings = search.settings.map(({ ranking }) => ranking ?? -1)
    const best = search.settings[search.chosen ?? -1]
    expect(best.ranking).toBe(Math.max(...rankings))
    expect(configuration).toMatchObject({ epochs: best.setting.epochs, beta: best.setting.beta, seed })
    expect(
      heard.some((line) => line.startsWith('p15-seed-5-beta-vae, 3 epochs, β 4, seed 6: 3 epochs')),
    ).toBe(true)
    const csv = (await readFile(join(folder, 'searched', 'table1_search.csv'), 'utf8')).trim().split('\n')
    expect(csv).toHaveLength(5)
    expect(csv.filter((line) => line.includes(',yes,'))).toHaveLength(1)
    const markdown = await readFile(join(folder, 'searched', 'table1.md'), 'utf8')
    expect(markdown).toContain('disentanglement ranking of 2 seeds')
    expect(markdown).not.toContain('β = 10 for β-VAE')

    // What is recorded is not searched again.
    const again: string[] = []
    await study(chosen, (line) => again.push(line))
    expect(again).toEqual([])
  })

  it('leaves only records and tables where projects are not kept, and goes on without them', async () => {
    const chosen = choices('lean', ['vae'], { keepProjects: false })
    await study(chosen)
    expect(await readdir(join(folder, 'lean', 'projects'))).toEqual([])
    expect(await readdir(join(folder, 'lean', 'screens'))).toEqual([])
    expect((await study({ ...chosen, models: choices('lean', ['vae', 'ivae']).models })).rows).toHaveLength(2)
  })

  it('refuses other settings and other files in its folder', async () => {
    const lean = choices('lean', ['vae'])
    await expect(study({ ...lean, settings: { ...lean.settings, epochs: 5 } })).rejects.toThrow(
      'The runs in this folder have other settings: epochs 4, not 5.',
    )
    await writeFile(join(folder, 'notes.txt'), '')
    await expect(study(choices('.', ['vae']))).rejects.toMatchObject({ code: 'study/folderTaken' })
  })

  it('goes on with the other runs when one fails, and tells which', async () => {
    const broken: Study = {
      ...small,
      screens: [
        { key: 'none', label: 'too many latents', simulation: { latents: 3, genes: 2, perturbations: 4 } },
        ...small.screens,
      ],
    }
    const { failures, rows } = await study(choices('broken', ['vae'], { study: broken }))
    expect(failures.map(({ run }) => run)).toEqual(['none-seed-5-vae'])
    expect(rows).toHaveLength(1)
  })
})
