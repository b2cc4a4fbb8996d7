import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { problemSchema } from '@contract/errors'
import { searchDocumentSchema } from '@contract/search'
import { openCommands, type CommandsInProcess, type Hear } from './commandsInProcess'
import { Interrupted } from './session'

/** Searches on a tiny simulated screen. */

let commands: CommandsInProcess
let project: string

const outcomeSchema = z.object({
  value: z.object({ search: searchDocumentSchema, failures: z.array(z.unknown()) }),
  lines: z.array(z.string()),
  problem: problemSchema.optional(),
})

async function search(line: string, hear?: Hear) {
  return outcomeSchema.parse(await commands.run(`search --project ${project} ${line}`, hear))
}

beforeAll(async () => {
  commands = await openCommands(2)
  project = join(commands.folder, 'project')
  const screen = join(commands.folder, 'screen')
  await commands.run(
    `simulate --to ${screen} --perturbations 6 --cells 20 --genes 20 --latents 3 --control-cells 0 --seed 1`,
  )
  await commands.run(
    `import ${join(screen, 'simulated.h5ad')} --perturbation-column perturbation --control none --project ${project}`,
  )
  await commands.run(`prepare --project ${project} --genes all --min-cells-per-perturbation 1`)
}, 60_000)
afterAll(() => commands.close())

const grid = '--model svae-plus --latents 3 --epochs 3 --alpha 2 9 --seeds 2 --first-seed 4'

describe('a search for settings', { timeout: 120_000 }, () => {
  it('keeps what is done at Ctrl-C, and goes on to a table of all settings', async () => {
    let before = 0
    const stopped = search(grid, (line, interrupt) => {
      if (!line.startsWith('3 epochs, ') || before > 0) return
      before += 1
      interrupt()
    })
    await expect(stopped).rejects.toBeInstanceOf(Interrupted)

    const heard: string[] = []
    const { value, lines, problem } = await search(grid, (line) => heard.push(line))
    expect(problem).toBeUndefined()
    expect(heard[0]).toBe('2 settings of svae-plus with 2 seeds each: 4 runs, 2 at a time')
    const { settings, chosen, seeds } = value.search
    expect(seeds).toEqual([4, 5])
    expect(settings.map(({ setting }) => setting)).toEqual([
      { epochs: 3, alpha: 2, beta: null },
      { epochs: 3, alpha: 9, beta: null },
    ])
    // Every run once: the one that was done before the interruption was used again.
    const runs = settings.flatMap((setting) => setting.runs.map(({ run }) => run))
    expect(runs.sort()).toEqual(['svae-plus-1', 'svae-plus-2', 'svae-plus-3', 'svae-plus-4'])
    for (const { ranking, runs: ofSetting } of settings) {
      expect(ranking).toBeGreaterThan(0)
      expect(ofSetting.map(({ seed }) => seed)).toEqual([4, 5])
      for (const run of ofSetting) {
        expect(run.ranking).toBe(ranking)
        expect(run.epochs).toBe(3)
        expect(run.pearson).toBeGreaterThan(0)
        expect(run.validationNegativeElbo).toBeGreaterThan(0)
      }
    }
    const rankings = settings.map(({ ranking }) => ranking ?? 0)
    expect(rankings[chosen ?? -1]).toBe(Math.max(...rankings))
    expect(lines.some((line) => line.startsWith('Chosen: 3 epochs, α '))).toBe(true)

    const csv = await readFile(join(project, 'searches', 'svae-plus.csv'), 'utf8')
    expect(csv.trim().split('\n')).toHaveLength(3)
    expect(await readFile(join(project, 'searches', 'svae-plus.md'), 'utf8')).toContain('| chosen |')
    const json: unknown = JSON.parse(await readFile(join(project, 'searches', 'svae-plus.json'), 'utf8'))
    expect(searchDocumentSchema.parse(json)).toEqual(value.search)
  })

  it('takes a run that stopped early for one with more epochs', async () => {
    const recipe = join(project, 'recipe.yaml')
    const changed = (await readFile(recipe, 'utf8'))
      .replace('warmUp: 50', 'warmUp: 0')
      .replace('patience: 45', 'patience: 1')
      .replace('learningRate: 0.001', 'learningRate: 0.2')
    await writeFile(recipe, changed)
    const { value } = await search('--model vae --latents 3 --epochs 1 30 40 --seeds 2')
    const [one, some, many] = value.search.settings.map(({ runs }) => runs)
    expect(one.map(({ epochs }) => epochs)).toEqual([1, 1])
    for (const { epochs } of some) expect(epochs).toBeLessThan(30)
    expect(many).toEqual(some)
    expect(value.search.chosen).not.toBe(2)
  })

  it('refuses what it cannot search, and says what to do', async () => {
    const refused = async (line: string) => {
      const error: unknown = await search(line).catch((reason: unknown) => reason)
      return problemSchema.parse(error)
    }
    expect(await refused('--model sams-vae --grid paper')).toMatchObject({ code: 'usage/noPublishedGrid' })
    expect(await refused('--model vae')).toMatchObject({ code: 'usage/emptyGrid' })
    expect(await refused('--model vae --alpha 3')).toMatchObject({ code: 'usage/optionOfOtherModel' })
    expect(await refused('--model svae-plus --preset thorough --epochs 30')).toMatchObject({
      code: 'usage/epochsOfStart',
    })
    expect(await refused('--model vae --latents 21 --epochs 3')).toMatchObject({
      code: 'training/moreLatentsThanGenes',
    })
  })
})
