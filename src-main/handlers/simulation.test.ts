import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecipeInput } from '@contract/recipe'
import { sandboxRecipeSchema, semiSyntheticRecipeSchema, type SimulationRecipe } from '@contract/simulation'
import { readPreparedScreen, readScreen } from '../formats/screenFile'
import { controlCell } from '../screen/screen'
import { readSimulation } from '../workspace/simulationFiles'
import { openTestApplication, type TestApplication } from './testApplication'

let application: TestApplication
beforeAll(async () => {
  application = await openTestApplication()
})
afterAll(() => application.close())

const small = {
  perturbations: 6,
  withoutEffect: 1,
  combinations: 1,
  programmes: 2,
  genesPerProgramme: { minimum: 3, maximum: 4 },
  programmesPerPerturbation: { minimum: 1, maximum: 2 },
}

async function simulate(recipe: SimulationRecipe, name: string): Promise<string> {
  const to = join(application.folder, name)
  const { task } = await application.ask('simulation/start', { recipe, to })
  expect(await application.ended(task)).toMatchObject({ kind: 'simulate', state: 'done', problem: null })
  return to
}

/** Once the task that made them has left the folder. */
async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort()
}

/** Imports and prepares a screen with all its genes, in a project of its own. */
async function prepared(name: string, recipe: RecipeInput): Promise<string> {
  const { directory } = await application.ask('projects/create', {
    name,
    parentDirectory: application.folder,
  })
  await application.ask('recipe/change', { directory, recipe })
  for (const step of ['screen/import', 'screen/prepare'] as const) {
    const { task } = await application.ask(step, { directory })
    expect(await application.ended(task)).toMatchObject({ state: 'done', problem: null })
  }
  return directory
}

const quality = { variableGenes: 'all', minimumCellsPerPerturbation: 1 } as const

describe('the published simulator', () => {
  const recipe = sandboxRecipeSchema.parse({
    kind: 'sandbox',
    perturbations: 5,
    cellsPerPerturbation: 30,
    controlCells: 20,
    genes: 20,
    latents: 3,
    library: 3000,
  })

  it('writes a screen that is imported and prepared with its truth', async () => {
    const to = await simulate(recipe, 'sandbox')
    await expect.poll(() => filesIn(to)).toEqual(['held_out.txt', 'simulated.h5ad', 'simulation.json'])
    expect(await readFile(join(to, 'held_out.txt'), 'utf8')).toBe('P5\n')
    expect(await readSimulation(to)).toMatchObject({ recipe, report: { cells: 170, controlCells: 20 } })

    const made = await readScreen(join(to, 'simulated.h5ad'))
    const directory = await prepared('From the sandbox', {
      screen: { counts: join(to, 'simulated.h5ad'), perturbationColumn: 'perturbation' },
      quality,
      holdOut: { rule: 'list', perturbations: ['P5'] },
    })
    const screen = await readPreparedScreen(join(directory, 'screen.h5ad'))
    expect(screen.truth).toEqual(made.truth)
    expect(screen.counts).toEqual(made.counts)
    expect(screen.perturbations).toEqual(['P1', 'P2', 'P3', 'P4', 'P5'])
    expect(screen.heldOut).toEqual(screen.truth?.heldOut)
  })

  it('becomes a project that asks nothing more', async () => {
    const simulation = join(application.folder, 'sandbox')
    expect((await application.ask('simulation/read', { directory: simulation })).report.latents).toBe(3)
    const where = { simulation, name: 'To learn', parentDirectory: application.folder }
    const { directory, recipe } = await application.ask('projects/createFromSimulation', where)
    expect(recipe.models.map(({ latents }) => latents)).toEqual([3])
    for (const step of ['screen/import', 'screen/prepare'] as const) {
      const { task } = await application.ask(step, { directory })
      expect(await application.ended(task)).toMatchObject({ state: 'done', problem: null })
    }
    const { project, steps } = await application.ask('projects/open', { directory })
    expect(steps.holdOut.state).toBe('done')
    expect(project.imported?.report.cells.control).toBe(20)
    expect(project.prepared?.report.perturbations.filter(({ heldOut }) => heldOut)).toEqual([
      { name: 'P5', cells: 30, control: false, heldOut: true },
    ])
    expect(await application.refusal('projects/createFromSimulation', where)).toMatchObject({
      code: 'project/folderTaken',
    })
    const nothing = { ...where, simulation: directory, name: 'None' }
    expect(await application.refusal('projects/createFromSimulation', nothing)).toMatchObject({
      code: 'simulation/missing',
    })
  })

  it('leaves an earlier simulation and the files of others as they are', async () => {
    const earlier = join(application.folder, 'sandbox')
    const made = await readFile(join(earlier, 'simulated.h5ad'))
    expect(
      await application.refusal('simulation/start', { recipe: { ...recipe, seed: 1 }, to: earlier }),
    ).toMatchObject({
      code: 'simulation/folderTaken',
      message: expect.stringContaining('a simulated screen') as string,
      hint: 'Choose another folder, or delete this one first.',
    })
    expect(await readFile(join(earlier, 'simulated.h5ad'))).toEqual(made)

    const to = join(application.folder, 'notes')
    await mkdir(to)
    await writeFile(join(to, 'notes.txt'), 'mine')
    expect(await application.refusal('simulation/start', { recipe, to })).toMatchObject({
      code: 'simulation/folderTaken',
      message: expect.stringContaining('notes.txt') as string,
    })
  })

  it('writes no list of held-out perturbations where none is held out', async () => {
    const to = await simulate({ ...recipe, heldOutShare: 0 }, 'nothing-held-out')
    await expect.poll(() => filesIn(to)).toEqual(['simulated.h5ad', 'simulation.json'])
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const to = join(application.folder, 'cancelled')
    const { task } = await application.ask('simulation/start', {
      recipe: { ...recipe, cellsPerPerturbation: 1_000_000 },
      to,
    })
    await application.ask('tasks/cancel', { task })
    expect(await application.ended(task)).toMatchObject({ state: 'cancelled' })
    await expect.poll(() => filesIn(to)).toEqual([])
  })
})

describe('a screen from real control cells', () => {
  it('takes the control cells of a project', async () => {
    const { counts, guides, guideTargets } = application.files
    const from = await prepared('Real', { screen: { counts, guides, guideTargets }, quality })
    const to = await simulate(
      semiSyntheticRecipeSchema.parse({ kind: 'semi-synthetic', from, ...small }),
      'from-project',
    )
    const { report } = await readSimulation(to)
    expect(report).toMatchObject({ cells: 40, controlCells: 10, perturbations: 6, real: { cells: 40 } })
    const real = await readScreen(join(from, 'imported.h5ad'))
    const controls = real.barcodes.filter((_, cell) => real.perturbationOfCell[cell] === controlCell)
    const screen = await readScreen(join(to, 'simulated.h5ad'))
    expect(screen.barcodes).toEqual(controls)

    const directory = await prepared('From real cells', {
      screen: { counts: join(to, 'simulated.h5ad'), perturbationColumn: 'perturbation' },
      quality,
    })
    expect((await readPreparedScreen(join(directory, 'screen.h5ad'))).truth).toEqual(screen.truth)
  })

  it('takes all cells of a file, or those of one label', async () => {
    const file = application.files.counts
    const all = { kind: 'semi-synthetic', from: file, ...small }
    const { report } = await readSimulation(await simulate(semiSyntheticRecipeSchema.parse(all), 'from-file'))
    expect(report).toMatchObject({ cells: 200, real: { cells: 200 } })

    const mixed = join(application.folder, 'sandbox', 'simulated.h5ad')
    const of = (only: { column: string; label: string } | null) =>
      semiSyntheticRecipeSchema.parse({ ...all, from: mixed, only })
    const problemOf = async (recipe: SimulationRecipe) => {
      const to = join(application.folder, 'refused')
      const { task } = await application.ask('simulation/start', { recipe, to })
      return (await application.ended(task)).problem
    }
    expect(await problemOf(of(null))).toMatchObject({
      code: 'simulation/whichCells',
      hint: expect.stringContaining('--only "perturbation=control"') as string,
    })
    expect(await problemOf(of({ column: 'type', label: 'x' }))).toMatchObject({
      code: 'simulation/noSuchColumn',
    })
    expect(await problemOf(of({ column: 'perturbation', label: 'P9' }))).toMatchObject({
      code: 'simulation/noSuchLabel',
    })
    expect(await problemOf(of({ column: 'perturbation', label: 'control' }))).toBeNull()
  })

  it('asks for an imported project', async () => {
    const { directory } = await application.ask('projects/create', {
      name: 'Empty',
      parentDirectory: application.folder,
    })
    const recipe = semiSyntheticRecipeSchema.parse({ kind: 'semi-synthetic', from: directory })
    expect(
      await application.refusal('simulation/start', { recipe, to: join(application.folder, 'none') }),
    ).toMatchObject({ code: 'project/notImported' })
  })
})
