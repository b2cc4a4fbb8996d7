import { describe, expect, it } from 'vitest'
import type { Project } from '@contract/project'
import { modelRecipeSchema, recipeSchema, screenRecipeSchema, type RecipeInput } from '@contract/recipe'
import type { Run } from '@contract/run'
import { deriveSteps, type StepFacts } from './steps'

const choices: RecipeInput = { screen: { counts: 'matrix' } }
const recipe = recipeSchema.parse(choices)
const perturbation = (name: string) => ({ name, cells: 50, control: false, heldOut: false })

const imported: NonNullable<Project['imported']> = {
  at: '2026-01-01T00:00:00.000Z',
  screen: screenRecipeSchema.parse(choices.screen),
  report: {
    genes: 10,
    nonZero: 100,
    cells: { inMatrix: 100, labelled: 100, unlabelled: 0, severalTargets: 0, dropped: 0, control: 20 },
    barcodes: null,
    controls: [],
    perturbations: [],
    findings: [],
  },
}

const prepared: NonNullable<Project['prepared']> = {
  at: '2026-01-02T00:00:00.000Z',
  importedAt: imported.at,
  quality: recipe.quality,
  holdOut: recipe.holdOut,
  split: recipe.split,
  screenSha256: 'aa',
  report: {
    cells: {
      imported: 100,
      kept: 100,
      tooFewCounts: 0,
      tooFewGenes: 0,
      inSmallPerturbations: 0,
      train: 90,
      validation: 10,
      test: 0,
    },
    genes: { imported: 10, kept: 10, targets: [] },
    perturbations: [perturbation('A'), perturbation('B'), { ...perturbation('control'), control: true }],
    removedPerturbations: [],
    findings: [],
  },
}

function run(fields: Partial<Run> = {}): Run {
  return {
    schemaVersion: 1,
    id: 'svae-plus-1',
    createdAt: '2026-01-03T00:00:00.000Z',
    finishedAt: null,
    state: 'done',
    configuration: { ...modelRecipeSchema.parse({}), alpha: 2 },
    device: null,
    screenSha256: 'aa',
    cells: { train: 90, validation: 10, test: 0 },
    genes: 10,
    perturbations: 2,
    versions: {},
    epochsDone: 3,
    stoppedBecause: null,
    metrics: null,
    problem: null,
    notices: [],
    latentLabels: {},
    ...fields,
  }
}

const project: Project = {
  schemaVersion: 1,
  name: 'Test',
  createdAt: '2026-01-01T00:00:00.000Z',
  sources: [],
  imported,
  prepared,
}
const allDone: StepFacts = { project, recipe, runs: [run()], changedSource: null, busyWith: new Set() }

function states(facts: Partial<StepFacts>) {
  const steps = deriveSteps({ ...allDone, ...facts })
  const { screen, quality, holdOut, models, training, results } = steps
  return [screen, quality, holdOut, models, training, results].map((step) => step.state).join(' ')
}

describe('states of the steps', () => {
  it('of a new project lead from one step to the next', () => {
    const empty = { ...project, imported: null, prepared: null }
    expect(states({ project: empty, recipe: recipeSchema.parse({}), runs: [] })).toBe(
      'toDo toDo toDo toDo toDo toDo',
    )
    expect(states({ project: empty, runs: [] })).toBe('ready toDo toDo toDo toDo toDo')
    expect(states({ project: { ...project, prepared: null }, runs: [] })).toBe(
      'done ready ready toDo toDo toDo',
    )
    expect(states({ runs: [] })).toBe('done done done ready ready toDo')
    expect(states({})).toBe('done done done done done done')
  })

  it('name what changed, and pass it on to what depends on it', () => {
    const changed = recipeSchema.parse({ screen: { counts: 'other' } })
    expect(states({ recipe: changed })).toBe('outOfDate outOfDate outOfDate done outOfDate outOfDate')
    expect(deriveSteps({ ...allDone, recipe: changed }).screen.reason).toBe(
      'Changed since the screen was imported: count matrix.',
    )
    const stricter = recipeSchema.parse({ ...choices, quality: { minimumCounts: 5 } })
    expect(states({ recipe: stricter })).toBe('done outOfDate done done outOfDate outOfDate')
    const heldOut = recipeSchema.parse({
      ...choices,
      holdOut: { rule: 'random', share: 0.2 },
      split: { seed: 1 },
    })
    expect(states({ recipe: heldOut })).toBe('done done outOfDate done outOfDate outOfDate')
    expect(deriveSteps({ ...allDone, recipe: heldOut }).holdOut.reason).toBe(
      'Changed since the screen was prepared: held-out perturbations, seed.',
    )
  })

  it('see a source that is not what it was', () => {
    const changedSource = { role: 'counts', path: '/data/x.h5ad', bytes: 1, sha256: '' } as const
    expect(deriveSteps({ ...allDone, changedSource }).screen).toEqual({
      state: 'outOfDate',
      reason: 'The file /data/x.h5ad has changed since it was imported.',
    })
  })

  it('are out of date when the step before was done again', () => {
    const again = { ...project, imported: { ...imported, at: '2026-02-01T00:00:00.000Z' } }
    expect(states({ project: again })).toBe('done outOfDate outOfDate done outOfDate outOfDate')
    const preparedAgain = { ...project, prepared: { ...prepared, screenSha256: 'bb' } }
    expect(states({ project: preparedAgain })).toBe('done done done ready outOfDate outOfDate')
  })

  it('count a run as that of a model when alpha is the number of perturbations, wherever it was computed', () => {
    const elsewhere = run({ configuration: { ...run().configuration, device: 'cpu', threads: 4 } })
    expect(states({ runs: [elsewhere] })).toBe('done done done done done done')
    const otherAlpha = run({ configuration: { ...run().configuration, alpha: 3 } })
    expect(states({ runs: [otherAlpha] })).toBe('done done done ready outOfDate outOfDate')
  })

  it('follow work that is under way', () => {
    const busy = (kind: 'import' | 'prepare' | 'train' | 'measureEffects') =>
      states({ busyWith: new Set([kind]) })
    expect(busy('import')).toBe('running done done done done done')
    expect(busy('prepare')).toBe('done running running done done done')
    expect(busy('measureEffects')).toBe('done done running done done done')
    expect(busy('train')).toBe('done done done done running done')
  })

  it('offer to go on with a run that stopped', () => {
    const steps = deriveSteps({ ...allDone, runs: [run({ state: 'paused' })] })
    expect(steps.training).toEqual({
      state: 'ready',
      reason: 'Run svae-plus-1 stopped after epoch 3 and can go on.',
    })
    expect(steps.results.state).toBe('toDo')
  })
})
