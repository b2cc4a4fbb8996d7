import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { evaluationSchema } from '@contract/evaluation'
import { problemSchema, type Problem } from '@contract/errors'
import { runSchema } from '@contract/run'
import { writeSmallScreen, type SmallScreenFiles } from '../tasks/smallScreenFiles'
import { openCommands, type CommandsInProcess } from './commandsInProcess'

/** Choices that no model can be trained or judged with: each is refused with its reason, and nothing is lost. */

let commands: CommandsInProcess
let files: SmallScreenFiles
let project: string
/** A recipe with which the project was prepared. */
let recipe: string
let screen: Buffer

async function refusal(line: string, into = `--project ${project}`): Promise<Problem> {
  const error: unknown = await commands.run(`${line} ${into}`).then(
    () => null,
    (reason: unknown) => reason,
  )
  return problemSchema.parse(error)
}

async function runs(): Promise<string[]> {
  return readdir(join(project, 'runs')).catch(() => [])
}

/** All that a person would miss. */
async function expectNothingLost(runsBefore: readonly string[] = []): Promise<void> {
  expect(await readFile(join(project, 'recipe.yaml'), 'utf8')).toBe(recipe)
  expect(await readFile(join(project, 'screen.h5ad'))).toEqual(screen)
  expect(await runs()).toEqual(runsBefore)
}

beforeAll(async () => {
  commands = await openCommands()
  project = join(commands.folder, 'project')
  files = await writeSmallScreen(join(commands.folder, 'files'))
  const { counts, guides, guideTargets } = files
  // All but four cells of GENE3 have no guide.
  const lines = (await readFile(guides, 'utf8')).split('\n')
  const ofSmall = lines.filter((line) => line.includes(',GENE3g'))
  await writeFile(guides, lines.filter((line) => !ofSmall.slice(4).includes(line)).join('\n'))
  await commands.run(
    `import ${counts} --guides ${guides} --guide-targets ${guideTargets} --control non-targeting --project ${project}`,
  )
  await commands.run(`prepare --project ${project} --genes all --min-cells-per-perturbation 20`)
}, 60_000)
afterAll(() => commands.close())

beforeEach(async () => {
  recipe = await readFile(join(project, 'recipe.yaml'), 'utf8')
  screen = await readFile(join(project, 'screen.h5ad'))
})

describe('a choice that cannot be', { timeout: 60_000 }, () => {
  it('is a held-out perturbation of which quality control leaves no cells', async () => {
    const list = join(commands.folder, 'held_out.txt')
    await writeFile(list, 'GENE3\n')
    const problem = await refusal(`prepare --hold-out list:${list}`)
    expect(problem).toMatchObject({ code: 'holdOut/withoutCells' })
    expect(problem.message).toContain('GENE3')
    await expectNothingLost()
  })

  it('is holding out so many that fewer than two perturbations are left to train on', async () => {
    const list = join(commands.folder, 'most.txt')
    await writeFile(list, 'GENE0\nGENE1\n')
    const problem = await refusal(`prepare --hold-out list:${list}`)
    expect(problem).toMatchObject({ code: 'holdOut/tooMuch' })
    await expectNothingLost()
  })

  it('is a screen of one perturbation for a model of perturbations', async () => {
    const { counts, guides, guideTargets } = files
    const one = join(commands.folder, 'one.csv')
    const lines = (await readFile(guides, 'utf8')).split('\n')
    await writeFile(one, lines.filter((line) => !/,GENE[1-3]g/.test(line)).join('\n'))
    const into = `--project ${join(commands.folder, 'one')}`
    await commands.run(`import ${counts} --guides ${one} --guide-targets ${guideTargets} ${into}`)
    await commands.run(`prepare --genes all ${into}`)
    const before = await readFile(join(commands.folder, 'one', 'recipe.yaml'), 'utf8')
    for (const command of ['train --epochs 2', 'search --model svae-plus --epochs 2 --seeds 2']) {
      const problem = await refusal(command, into)
      expect(problem, command).toMatchObject({ code: 'training/fewPerturbations' })
      expect(problem.message).toContain('only GENE0')
    }
    expect(await readFile(join(commands.folder, 'one', 'recipe.yaml'), 'utf8')).toBe(before)
    expect(await readdir(join(commands.folder, 'one'))).not.toContain('runs')
    const trained = await commands.run(`train --model vae --latents 2 --epochs 1 ${into}`)
    expect(trained.lines).toEqual(['vae-1'])
  })

  it('is more latents than genes', async () => {
    expect(await refusal('train --latents 31')).toMatchObject({
      code: 'training/moreLatentsThanGenes',
      where: 'latents',
    })
    await expectNothingLost()
  })

  it('is a recipe with α or β of no size, or epochs below one', async () => {
    const file = join(commands.folder, 'wrong.yaml')
    const into = `--project ${join(commands.folder, 'other')}`
    const cases = [
      ['{ model: svae, alpha: 0 }', 'models.0.alpha'],
      ['{ model: beta-vae, beta: -1 }', 'models.0.beta'],
      ['{ model: vae, epochs: -3 }', 'models.0.epochs'],
      ['{ model: vae, latents: 0 }', 'models.0.latents'],
    ]
    for (const [model, field] of cases) {
      await writeFile(file, `models:\n  - ${model}\n`)
      const error: unknown = await commands.run(`run ${file} ${into}`).catch((reason: unknown) => reason)
      const problem = problemSchema.parse(error)
      expect(problem, model).toMatchObject({ code: 'document/invalid' })
      expect(problem.where).toContain(field)
    }
    expect(await readdir(commands.folder)).not.toContain('other')
  })
})

describe('a loss that is no number', { timeout: 60_000 }, () => {
  it('ends its run with epoch, batch and gene, and leaves the runs of before', async () => {
    await commands.run(`train --project ${project} --model vae --latents 2 --epochs 1 --seed 1`)
    // The log of the inverse dispersion of a gene moves by ten each step.
    const file = join(project, 'recipe.yaml')
    const wild = (await readFile(file, 'utf8'))
      .replace('learningRate: 0.001', 'learningRate: 1')
      .replace('shiftRate: 1', 'shiftRate: 1000')
    await writeFile(file, wild)
    recipe = wild
    const problem = await refusal('train --model ivae --epochs 40 --warm-up 0 --batch-size 64 --seed 2')
    expect(problem).toMatchObject({ code: 'training/notFinite' })
    expect(problem.message).toMatch(/because of the genes? GENE\d+/)
    expect(problem.where).toMatch(/^epoch \d+, batch \d+ of \d+$/)
    const [whole, broken] = await Promise.all(
      ['vae-1', 'ivae-1'].map(async (id) =>
        runSchema.parse(JSON.parse(await readFile(join(project, 'runs', id, 'run.json'), 'utf8'))),
      ),
    )
    expect(whole.state).toBe('done')
    expect(await readdir(join(project, 'runs', 'vae-1'))).toContain('results.h5ad')
    expect(broken).toMatchObject({ state: 'failed', problem: { code: 'training/notFinite' } })
  })
})

describe('a metric that needs a truth', { timeout: 60_000 }, () => {
  it('is left out for a real screen, with the reason', async () => {
    const { value, lines } = await commands.run(
      `evaluate --project ${project} --run vae-1 --particles 2 --refine`,
    )
    const { evaluations } = z.object({ evaluations: z.array(evaluationSchema) }).parse(value)
    const missing = new Map(evaluations[0].missing.map(({ part, reason }) => [part, reason]))
    for (const part of ['recovery', 'graph', 'geneLists', 'similarPairs', 'refined'] as const) {
      expect(evaluations[0][part]).toBeNull()
      expect(missing.get(part)).toContain('only simulated screens hold their truth')
    }
    expect(lines.filter((line) => line.includes('only simulated screens hold their truth'))).toHaveLength(5)
  })
})
