import { modelRecipeSchema, type ModelRecipe } from '@contract/recipe'
import { describe, expect, it } from 'vitest'
import { exampleRun } from '../training/fixtures/exampleRun'
import { lowestLosses, settings, splitSettings } from './compareRuns'
import { compareTable } from './compareTable'
import { settingName, settingShown } from './settingWords'

const loss = (id: string, value: number | null, screen = 'a', recipe: Partial<ModelRecipe> = {}) => {
  const configuration = modelRecipeSchema.parse({ alpha: 25, form: 'code', ...recipe })
  const run = exampleRun({ id, screenSha256: screen.repeat(64), configuration })
  return { ...run, metrics: run.metrics && { ...run.metrics, validationNegativeElbo: value } }
}

it('separates settings that differ from those that all runs share', () => {
  const other = exampleRun({ configuration: modelRecipeSchema.parse({ alpha: 25, seed: 1, patience: null }) })
  const { different, same } = splitSettings([exampleRun(), other])
  expect(different).toEqual(['seed', 'patience'])
  expect(same).toContain('latents')
})

it('leaves out no setting of a model', () => {
  expect([...settings].sort()).toEqual(Object.keys(modelRecipeSchema.parse({})).sort())
})

describe('the lowest loss', () => {
  it('is looked for among runs of the same screen', () => {
    expect([
      ...lowestLosses([loss('a', 500), loss('b', 400), loss('c', 300, 'b'), loss('d', 310, 'b')]),
    ]).toEqual(['b', 'c'])
  })

  it('is looked for among runs of the same objective', () => {
    const beta = (weight: number): Partial<ModelRecipe> => ({
      model: 'beta-vae',
      alpha: null,
      form: null,
      beta: weight,
    })
    expect([
      ...lowestLosses([
        loss('a', 500),
        loss('b', 400, 'a', { seed: 1, latents: 20, mask: 'marginal' }),
        loss('other-alpha', 100, 'a', { alpha: 2 }),
        loss('other-form', 110, 'a', { form: 'paper' }),
        loss('c', 300, 'a', beta(10)),
        loss('d', 310, 'a', beta(10)),
        loss('other-beta', 290, 'a', beta(2)),
      ]),
    ]).toEqual(['b', 'c'])
  })

  it('needs two to compare', () => {
    expect([...lowestLosses([loss('a', 500), loss('b', null), loss('c', 300, 'b')])]).toEqual([])
  })
})

it('says what null stands for', () => {
  const configuration = modelRecipeSchema.parse({ patience: null })
  expect(settingShown(configuration, 'patience')).toBe('never')
  expect(settingShown(configuration, 'threads')).toBe('automatic')
  expect(settingShown(configuration, 'learningRate')).toBe('0.001')
  expect(settingName('model')).toBe('Model')
})

it('keeps the decimals of a setting, and shows a dash for what the model does not have', () => {
  const sams = modelRecipeSchema.parse({ model: 'sams-vae', edgeProbability: 0.1 })
  expect(settingShown(sams, 'edgeProbability')).toBe('0.1')
  expect(settingShown(sams, 'alpha')).toBe('–')
  expect(settingShown(sams, 'form')).toBe('–')
  expect(settingShown(modelRecipeSchema.parse({ alpha: 3.5 }), 'alpha')).toBe('3.5')
})

it('saves one row a run with a value for every column', () => {
  const { columns, rows } = compareTable([exampleRun(), exampleRun({ metrics: null })])
  expect(rows.map((row) => row.length)).toEqual([columns.length, columns.length])
  expect(rows[0].slice(0, 5)).toEqual(['run-1', '2026-01-02T03:04:05.000Z', 'svae-plus', 15, 0])
})
