import { describe, expect, it } from 'vitest'
import { modelRecipeSchema } from '@contract/recipe'
import { measures } from './measures'
import { studies } from './studies'
import { configurationOf, simulationOf, studyNames, unitName, unitsOf } from './study'
import { spreadOf } from './summary'

describe('mean and standard deviation', () => {
  it('divides by one less than the number of runs', () => {
    expect(spreadOf([1, 2, 6])).toEqual({ mean: 3, deviation: Math.sqrt(7) })
    expect(spreadOf([5])).toEqual({ mean: 5, deviation: null })
    expect(spreadOf([])).toBeNull()
  })
})

describe.each(studyNames.map((name) => studies[name]))('$name', (study) => {
  const units = unitsOf(study.screens, study.models, [0, 1])

  it('has a name of its own for every run', () => {
    const names = units.map(unitName)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]+$/)
  })

  it('knows figures only of what it has', () => {
    const figures = study.known.map((figure) =>
      [figure.source, figure.screen, figure.model, figure.measure].join(' '),
    )
    expect(new Set(figures).size).toBe(figures.length)
    for (const { screen, model, measure } of study.known) {
      expect(study.screens.map(({ key }) => key)).toContain(screen)
      expect(study.models.map(({ key }) => key)).toContain(model)
      expect(study.measures).toContain(measure)
      expect(Object.keys(measures)).toContain(measure)
    }
    const keys = study.models.map(({ key }) => key)
    for (const key of study.usualModels) expect(keys).toContain(key)
  })

  it('has settings that simulator and models accept, with any number of epochs', () => {
    for (const unit of units) {
      for (const epochs of [null, 2, 500]) {
        const recipe = configurationOf(unit, { cells: 500, epochs }, 1)
        expect(modelRecipeSchema.parse(recipe)).toEqual(recipe)
        expect(recipe.latents).toBe(simulationOf(unit, 500).latents)
        if (epochs !== null) expect(recipe.epochs).toBe(epochs)
      }
    }
  })
})
