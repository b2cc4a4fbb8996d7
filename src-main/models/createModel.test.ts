import { modelNames, modelOptions, modelRecipeSchema, withModel, type ModelRecipe } from '@contract/recipe'
import { describe, expect, test } from 'vitest'
import { completeConfiguration, createModel } from './createModel'
import { modelStages } from './stages'

const size = { genes: 7, perturbations: 3, covariateLevels: 0, trainingCells: 20 }
const recipe = modelRecipeSchema.parse({ latents: 2, hidden: 5, dropout: 0.25 })

function createdFrom(changes: Partial<ModelRecipe>) {
  return createModel(modelRecipeSchema.parse({ ...recipe, ...changes }), size)
}

function namesOf(tensors: readonly { readonly name: string }[], prefix: string): string[] {
  return tensors.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []))
}

const nothing = { parameters: [], noise: [], learns: { shift: null, edge: null } } as const
const masked = { parameters: ['shift', 'maskLogit'], noise: ['mask'] } as const
const edges = { shift: true, edge: true } as const

/** What each model has for perturbations beyond the body of the family, and whether it learns shifts and edges. */
const ofPerturbations = {
  vae: nothing,
  'beta-vae': nothing,
  // Nothing makes the mask of an iVAE sparse: it says nothing of edges.
  ivae: { ...masked, learns: { shift: true, edge: null } },
  svae: { ...masked, learns: edges },
  'svae-plus': { ...masked, learns: edges },
  'sams-vae': {
    parameters: ['shift', 'logShiftScale', 'maskLogit', 'priorLogit'],
    noise: ['mask', 'shift'],
    learns: edges,
  },
} as const

describe.each(modelNames)('%s', (model) => {
  test('is made of the body of the family and what it learns of perturbations', () => {
    const created = createdFrom({ model })
    expect(created).toMatchObject({ name: model, genes: 7, perturbations: 3, latents: 2 })
    expect(created.addsParts).toBe(model === 'sams-vae')
    const { parameters, noise } = ofPerturbations[model]
    expect(namesOf(created.parameters, 'mechanism.')).toEqual(parameters)
    expect(namesOf(created.noise, '').filter((name) => !name.startsWith('encoder.'))).toEqual([
      'reparameterisation',
      ...noise,
    ])
    expect(created.parameters.find(({ name }) => name === 'decoder.output.weight')?.shape).toEqual([7, 5])
    const kept = created.noise.flatMap(({ distribution }) =>
      distribution.kind === 'keep' ? [distribution.rate] : [],
    )
    expect(kept).toEqual([0.25, 0.25])
  })

  test('tells what it learned, of every perturbation and latent', () => {
    const created = createdFrom({ model })
    const values = Object.fromEntries(
      created.mechanismTensors.map((name) => [name, new Float32Array(size.perturbations * 2).fill(2)]),
    )
    const learnt = created.mechanisms(values)
    const probability = Math.fround(1 / (1 + Math.exp(-2)))
    const { shift, edge } = ofPerturbations[model].learns
    expect(learnt && [...learnt.shift]).toEqual(shift && new Array(6).fill(2))
    expect(learnt?.probability ? [...learnt.probability] : null).toEqual(
      edge && new Array(6).fill(probability),
    )
  })
})

test.each(['ivae', 'svae', 'svae-plus'] as const)('%s in the last stage trains its shifts alone', (model) => {
  const { parameters } = createModel(modelRecipeSchema.parse({ ...recipe, model }), size, 'shifts')
  expect(parameters.filter(({ trained }) => trained).map(({ name }) => name)).toEqual(['mechanism.shift'])
})

test.each(modelNames)('%s has content latents beside the others, in every stage', (model) => {
  const parsed = modelRecipeSchema.parse({ ...recipe, model, contentLatents: 3 })
  const stages = model === 'ivae' || model.startsWith('svae') ? modelStages : (['joint'] as const)
  for (const stage of stages) {
    const created = createModel(parsed, size, stage)
    expect(created).toMatchObject({ latents: 5, shiftedLatents: 2 })
    expect(created.parameters.find(({ name }) => name === 'encoder.mean.weight')?.shape).toEqual([5, 5])
    const trained = created.parameters.filter((tensor) => tensor.trained).map(({ name }) => name)
    expect(trained).not.toContain('latents.placement')
    expect(trained.includes('encoder.mean.weight')).toBe(stage !== 'shifts')
  }
})

test.each(modelStages)('sVAE+ with a marginal mask draws no mask in the stage %s', (stage) => {
  const marginal = modelRecipeSchema.parse({ ...recipe, mask: 'marginal' })
  const noise = createModel(marginal, size, stage).noise.map(({ name }) => name)
  expect(noise).not.toContain('mask')
})

test('forms of the paper: a learned prior of edges for sVAE+, every edge for iVAE', () => {
  const paper = { form: 'paper' } as const
  expect(namesOf(createdFrom({ model: 'svae-plus', ...paper }).parameters, 'mechanism.')).toContain(
    'priorLogit',
  )
  expect(namesOf(createdFrom({ model: 'ivae', ...paper }).parameters, 'mechanism.')).toEqual(['shift'])
})

describe('options left open', () => {
  const filledFor = (model: ModelRecipe['model'], perturbations = 3, changes: Partial<ModelRecipe> = {}) =>
    completeConfiguration(modelRecipeSchema.parse({ ...recipe, model, ...changes }), perturbations)

  test('take the value of each model, and none that it does not have', () => {
    expect(filledFor('svae-plus')).toMatchObject({ alpha: 3, form: 'code', mask: 'drawn', beta: null })
    expect(filledFor('svae-plus', 0).alpha).toBe(1)
    expect(filledFor('svae')).toMatchObject({ alpha: 60, form: 'code', mask: null })
    expect(filledFor('beta-vae')).toMatchObject({ beta: 10, alpha: null })
    expect(filledFor('sams-vae')).toMatchObject({ edgeProbability: 0.1, alpha: null })
    expect(filledFor('vae')).toMatchObject({ alpha: null, beta: null, form: null, edgeProbability: null })
  })

  test('that were chosen stay', () => {
    expect(filledFor('svae-plus', 3, { alpha: 7, form: 'paper' })).toMatchObject({ alpha: 7, form: 'paper' })
  })
})

describe('the same choices for another model', () => {
  const start = { epochs: 25, warmUp: 10, learningRate: 3e-3, finalLearningRate: 3e-4 }
  const chosen = modelRecipeSchema.parse({
    ...recipe,
    ...{ alpha: 4, form: 'paper', mask: 'marginal', start, seed: 9, batchSize: 64 },
  })

  test.each(modelNames)('%s is a recipe that can be trained', (model) => {
    const changed = withModel(chosen, model)
    expect(modelRecipeSchema.parse(changed)).toEqual(changed)
    // What every model has stays, and so do the options that this one has too.
    expect(changed).toMatchObject({ model, seed: 9, batchSize: 64, latents: 2, hidden: 5, dropout: 0.25 })
    for (const option of ['alpha', 'form', 'mask', 'start'] as const) {
      expect(changed[option]).toEqual(modelOptions[model].includes(option) ? chosen[option] : null)
    }
    expect(createModel(completeConfiguration(changed, 3), size).name).toBe(model)
  })

  test('leaves the recipe that it is made from alone', () => {
    const before = structuredClone(chosen)
    withModel(chosen, 'vae')
    expect(chosen).toEqual(before)
  })
})
