import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { baselineNames } from '@contract/baselines'
import type { Evaluation } from '@contract/evaluation'
import type { RecipeInput } from '@contract/recipe'
import { sandboxRecipeSchema } from '@contract/simulation'
import { fewCellsPerPerturbation } from '../evaluation/advice'
import { readPreparedScreen } from '../formats/screenFile'
import { openTestApplication, type TestApplication } from './testApplication'

let application: TestApplication
let directory: string
const runs: string[] = []

const model = { latents: 3, epochs: 6, batchSize: 32, warmUp: 1, patience: null, threads: 1 } as const

async function ended(task: string, state = 'done') {
  const over = await application.ended(task)
  expect(over).toMatchObject({ state, problem: null })
}

async function evaluated(run: string, particles = 20): Promise<Evaluation> {
  await ended((await application.ask('evaluation/start', { directory, run, particles })).task)
  const { evaluation } = await application.ask('evaluation/read', { directory, run })
  if (!evaluation) throw new Error('Nothing was written.')
  return evaluation
}

beforeAll(async () => {
  application = await openTestApplication()
  const counts = join(application.folder, 'sandbox')
  const recipe = sandboxRecipeSchema.parse({
    kind: 'sandbox',
    perturbations: 6,
    cellsPerPerturbation: 40,
    controlCells: 20,
    genes: 20,
    latents: 3,
  })
  await ended((await application.ask('simulation/start', { recipe, to: counts })).task)
  const created = await application.ask('projects/create', {
    name: 'Sandbox',
    parentDirectory: application.folder,
  })
  directory = created.directory
  const choices: RecipeInput = {
    screen: { counts: join(counts, 'simulated.h5ad'), perturbationColumn: 'perturbation' },
    quality: { variableGenes: 'all', minimumCellsPerPerturbation: 1 },
    holdOut: { rule: 'random', share: 0.34 },
    models: [
      { ...model, seed: 1 },
      { ...model, seed: 2 },
      { ...model, model: 'vae', seed: 1 },
    ],
  }
  await application.ask('recipe/change', { directory, recipe: choices })
  for (const step of ['screen/import', 'screen/prepare'] as const) {
    await ended((await application.ask(step, { directory })).task)
  }
  const { started } = await application.ask('training/start', { directory })
  for (const { run, task } of started) {
    await ended(task)
    runs.push(run)
  }
}, 60_000)
afterAll(() => application.close())

describe('an evaluation', () => {
  it('is nothing before a run was judged', async () => {
    expect(await application.ask('evaluation/read', { directory, run: 'svae-plus-1' })).toEqual({
      evaluation: null,
    })
    expect(await application.refusal('evaluation/start', { directory, run: 'svae-plus-9' })).toMatchObject({
      code: 'run/missing',
    })
  })

  it('tells transfer, recovery and graph of a simulated screen', async () => {
    const evaluation = await evaluated('svae-plus-1')
    const screen = await readPreparedScreen(join(directory, 'screen.h5ad'))
    const heldOut = screen.perturbations.filter((_, index) => screen.heldOut[index])
    expect(heldOut.length).toBeGreaterThan(1)
    // The true latents of the sandbox act through a network, not through lists of genes.
    expect(evaluation.missing.map(({ part }) => part)).toEqual(['geneLists'])
    expect(evaluation.holdOut).toEqual({ rule: 'random', share: 0.34 })
    const { transfer, recovery, graph } = evaluation
    expect(transfer?.perturbations.map(({ name, cells }) => [name, cells])).toEqual(
      heldOut.map((name) => [name, 40]),
    )
    expect(transfer).toMatchObject({ particles: 20, epochs: { fixedMask: 6, shifts: 6 } })
    const means = transfer?.perturbations.map(({ after }) => after.value) ?? []
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length
    expect(transfer?.mean.after.value).toBeCloseTo(mean, 8)
    expect(transfer?.sumOverCells.after.value).toBeCloseTo(40 * means.length * mean, 4)
    expect(transfer?.mean.after.value).toBeLessThan(transfer?.mean.before.value ?? 0)
    expect(transfer?.effectiveSampleSize.after.smallest).toBeGreaterThanOrEqual(1)
    expect(recovery).toMatchObject({ trueLatents: 3, heldOutCells: { cells: 40 * heldOut.length } })
    expect(recovery?.trainingCells.pearson).toBeGreaterThan(0)
    expect(graph?.from).toBe('probabilities')
    expect(graph?.scores.recall).toBeGreaterThan(0)
  })

  it('goes on where it was stopped', async () => {
    const run = 'svae-plus-2'
    const first = await evaluated(run)
    const folder = join(directory, 'runs', run)
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining(['evaluation.json', 'fixed-mask.safetensors', 'fitted-shifts.safetensors']),
    )
    await rm(join(folder, 'fitted-shifts.safetensors'))
    const { transfer } = await evaluated(run)
    expect(transfer?.mean).toEqual(first.transfer?.mean)
    const { task } = await application.ask('evaluation/start', { directory, run, particles: 1_000_000 })
    expect(await application.refusal('runs/remove', { directory, run })).toMatchObject({ code: 'run/busy' })
    await application.ask('tasks/cancel', { task })
    await ended(task, 'cancelled')
    const kept = await application.ask('evaluation/read', { directory, run })
    expect(kept.evaluation?.transfer?.particles).toBe(20)
  })

  it('says what a model without perturbations does not have', async () => {
    const { transfer, graph, missing } = await evaluated('vae-1', 1)
    expect(graph).toBeNull()
    expect(missing.map(({ part }) => part)).toEqual(['graph', 'geneLists'])
    expect(transfer?.epochs).toEqual({ fixedMask: 6, shifts: 0 })
    expect(transfer?.mean.after).toEqual(transfer?.mean.before)
    expect(transfer?.mean.after.standardError).toBeNull()
  })

  it('computes the simple rows of the screen beside the first run that is judged', async () => {
    const { baselines } = await application.ask('evaluation/baselines', { directory })
    const run = (await application.ask('projects/open', { directory })).runs[0]
    expect(baselines).toMatchObject({ screenSha256: run.screenSha256, components: 3, compareWithin: [] })
    const rows = baselines?.rows ?? []
    expect(rows.map(({ baseline }) => baseline)).toEqual([...baselineNames])
    const { transfer } = await evaluated('svae-plus-1')
    for (const row of rows.slice(0, 3)) {
      expect(row.transfer?.perturbations.map(({ name, cells }) => [name, cells])).toEqual(
        transfer?.perturbations.map(({ name, cells }) => [name, cells]),
      )
    }
    const [control, mean, linear, ica] = rows
    expect(control.transfer?.mean.after).toEqual(control.transfer?.mean.before)
    expect(mean.transfer?.mean.after.value).toBeLessThan(linear.transfer?.mean.after.value ?? 0)
    expect(mean.transfer?.mean.after.value).toBeLessThan(control.transfer?.mean.after.value ?? 0)
    expect(ica.recovery).toMatchObject({ trueLatents: 3, heldOutCells: { cells: 80 } })
    expect(ica.edges?.possible).toBe(4 * 3)
    expect(ica.graph?.from).toBe('permutations')
    expect(ica.missing.map(({ part }) => part)).toEqual(['transfer', 'geneLists'])
    expect(baselines?.advice).toMatchObject({ code: 'icaForEdges', bound: fewCellsPerPerturbation })
  })

  it('gives the edges of ICA as a graph, and the genes of its components', async () => {
    const { graph } = await application.ask('evaluation/icaGraph', { directory })
    const { baselines } = await application.ask('evaluation/baselines', { directory })
    expect(graph).toMatchObject({ falseDiscoveryRate: 0.05, effectFloor: 0.3 })
    const trained = graph?.perturbations.filter(({ heldOut }) => !heldOut) ?? []
    expect([graph?.perturbations.length, trained.length]).toEqual([6, 4])
    const found = trained.reduce((sum, { edges }) => sum + edges, 0)
    expect(found).toBe(baselines?.rows[3].edges?.found)
    const asked = { directory, component: 'IC1', count: 5 }
    const genes = await application.ask('evaluation/icaGenes', asked)
    expect(genes.label).toBe('IC 1')
    expect(genes.up.length + genes.down.length).toBeGreaterThan(4)
    expect(await application.refusal('evaluation/icaGenes', { ...asked, component: 'IC9' })).toMatchObject({
      code: 'results/unknownLatent',
    })
  })

  it('exports them beside the run', async () => {
    const to = join(application.folder, 'tables')
    await ended((await application.ask('results/export', { directory, run: 'svae-plus-1', to })).task)
    const lines = async (name: string) => (await readFile(join(to, name), 'utf8')).trimEnd().split('\n')
    expect((await lines('baselines.csv')).map((line) => line.split(',')[0])).toEqual([
      'row',
      'svae-plus-1',
      ...baselineNames,
    ])
    expect(await lines('ica_edges.csv')).toHaveLength(1 + 6 * 3)
    expect(await lines('ica_gene_scores.csv')).toHaveLength(1 + 20 * 3)
  })

  it('computes them again with other choices', async () => {
    const chosen = { directory, components: 2 }
    await ended((await application.ask('evaluation/startBaselines', chosen)).task)
    const { baselines } = await application.ask('evaluation/baselines', { directory })
    expect(baselines?.components).toBe(2)
    expect(baselines?.rows[3].edges?.possible).toBe(4 * 2)
    const unknown = await application.ask('evaluation/startBaselines', {
      ...chosen,
      compareWithin: ['batch'],
    })
    await ended(unknown.task)
    const again = await application.ask('evaluation/baselines', { directory })
    const [, , linear, ica] = again.baselines?.rows ?? []
    expect(linear.transfer).not.toBeNull()
    expect(ica.edges).toBeNull()
    expect(ica.missing.find(({ part }) => part === 'edges')?.reason).toContain('no column "batch"')
    expect(again.baselines?.advice).toBeNull()
    expect(await application.ask('evaluation/icaGraph', { directory })).toEqual({ graph: null })
    expect(await application.refusal('evaluation/icaGenes', { directory, component: 'IC1' })).toMatchObject({
      code: 'evaluation/noIca',
    })
  })

  it('puts the true graph beside the learned one, in the order of its scores', async () => {
    const [run] = runs
    const { graph } = await evaluated(run)
    const truth = await application.ask('evaluation/trueGraph', { directory, run })
    if (!truth?.learned) throw new Error('The run has no graph.')
    const { learned } = truth
    expect(truth.perturbations.filter(({ trained }) => !trained)).toHaveLength(2)
    expect(truth.latents.map(({ match }) => match?.latent).sort()).toEqual(['z1', 'z2', 'z3'])
    const pairs = truth.perturbations.flatMap(({ trained }, row) =>
      trained ? truth.edges[row].map((edge, column) => ({ edge, found: learned.edges[row][column] })) : [],
    )
    const hits = pairs.filter(({ edge, found }) => edge && found).length
    expect(hits / pairs.filter(({ edge }) => edge).length).toBeCloseTo(graph?.scores.recall ?? -1, 10)
    expect(hits / pairs.filter(({ found }) => found).length).toBeCloseTo(graph?.scores.precision ?? -1, 10)
    expect(truth.shift.flat().map((shift) => shift !== 0)).toEqual(truth.edges.flat())
    const vae = await application.ask('evaluation/trueGraph', { directory, run: 'vae-1' })
    expect(vae?.learned).toBeNull()
  })

  it('tells how far runs agree that differ only in their seed', async () => {
    const { groups } = await application.ask('evaluation/agreement', { directory, runs })
    expect(groups).toHaveLength(1)
    expect(groups[0].runs.map(({ run }) => run)).toEqual(['svae-plus-1', 'svae-plus-2'])
    for (const { ranking, edges, edgeRecurrence } of groups[0].runs) {
      expect(ranking).toBeGreaterThan(0)
      expect(edges).toBeGreaterThan(0)
      expect(edgeRecurrence).toBeGreaterThanOrEqual(0.5)
    }
  })

  it('needs the values of the run', async () => {
    await rm(join(directory, 'runs', 'vae-1', 'checkpoint.safetensors'))
    const { task } = await application.ask('evaluation/start', { directory, run: 'vae-1' })
    expect(await application.ended(task)).toMatchObject({
      state: 'failed',
      problem: { code: 'run/noWeights' },
    })
  })
})
