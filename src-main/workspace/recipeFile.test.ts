import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recipeSchema, type RecipeInput } from '@contract/recipe'
import { readRecipe, readRecipeFile, withAbsolutePaths, writeRecipe } from './recipeFile'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shiftscope-'))
  file = join(folder, 'recipe.yaml')
})
afterEach(() => rm(folder, { recursive: true }))

describe('recipe.yaml', () => {
  it('gives back what was written, names that look like other things included', async () => {
    const recipe: RecipeInput = {
      screen: { counts: 'counts: old #2', controls: ['no', 'NaN', '1e5', 'null'] },
      holdOut: { rule: 'list', perturbations: ['MARCH1', 'A+B', '007'] },
      models: [{ seed: 1 }, { seed: 2, alpha: 0.5 }],
    }
    await writeRecipe(folder, recipe)
    expect(await readRecipe(folder)).toEqual(recipeSchema.parse(recipe))
    expect(await readFile(file, 'utf8')).toMatch(/^# Shiftscope recipe/)
  })

  it('fills in what is left out', async () => {
    await writeFile(file, 'quality:\n  minimumCounts: 100\n')
    expect((await readRecipe(folder)).quality).toMatchObject({ minimumCounts: 100, variableGenes: 3000 })
    await writeFile(file, '')
    expect(await readRecipe(folder)).toEqual(recipeSchema.parse({}))
  })

  it.each([
    [
      'an unknown field',
      'quality:\n  minimumCuonts: 1\n',
      'document/invalid',
      'line 2, field quality.minimumCuonts',
    ],
    [
      'a value out of range',
      'models:\n  - latents: 5\n  - latents: 0\n',
      'document/invalid',
      'line 3, field models.1.latents',
    ],
    ['a broken line', 'quality:\n  a: [1\nb: 2\n', 'document/broken', 'line '],
    ['a field given twice', 'quality: {}\nquality: {}\n', 'document/broken', 'line 2'],
  ])('refuses %s with its place', async (_, text, code, place) => {
    await writeFile(file, text)
    await expect(readRecipe(folder)).rejects.toMatchObject({
      code,
      where: expect.stringContaining(`${file}, ${place}`) as string,
    })
  })

  it('that is missing is said to be missing', async () => {
    await expect(readRecipeFile(file)).rejects.toMatchObject({ code: 'files/missing', where: file })
  })

  it('can move to another folder with its paths made absolute', () => {
    const recipe = recipeSchema.parse({
      screen: { counts: 'matrix', guides: '/data/guides.csv' },
      holdOut: { rule: 'pathway', file: '../sets.gmt', name: 'A' },
    })
    expect(withAbsolutePaths(recipe, '/home/me/project')).toMatchObject({
      screen: { counts: '/home/me/project/matrix', guides: '/data/guides.csv', guideTargets: null },
      holdOut: { file: '/home/me/sets.gmt' },
    })
  })
})
