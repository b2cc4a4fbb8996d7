import { expect, test } from 'vitest'
import { modelRecipeSchema } from '@contract/recipe'
import { projectSchema } from '@contract/project'
import { smallestShiftLines } from './smallestShiftLine'

const entry = (name: string, cells: number, rest: { control?: true; heldOut?: true } = {}) => ({
  name,
  cells,
  control: false,
  heldOut: false,
  ...rest,
})
const prepared = projectSchema.shape.prepared.unwrap().parse({
  at: '2026-01-02T03:04:05.000Z',
  importedAt: '2026-01-02T03:04:05.000Z',
  quality: {},
  holdOut: { rule: 'none' },
  split: {},
  screenSha256: 'ab',
  report: {
    cells: {
      imported: 1000,
      kept: 1000,
      tooFewCounts: 0,
      tooFewGenes: 0,
      inSmallPerturbations: 0,
      train: 900,
      validation: 100,
      test: 0,
    },
    genes: { imported: 10, kept: 10, targets: [] },
    perturbations: [
      entry('control', 20, { control: true }),
      entry('A', 100),
      entry('B', 167),
      entry('C', 800),
      entry('D', 5, { heldOut: true }),
    ],
    removedPerturbations: [],
    findings: [],
  },
})
const configuration = (given: object) => ({ configuration: modelRecipeSchema.parse(given) })

test('says what cannot be found with these cells', () => {
  expect(smallestShiftLines(configuration({ alpha: 44, form: 'code' }), prepared)).toEqual([
    '  With 150 training cells (the median over perturbations) and alpha 44, shifts under 1.07 prior standard deviations will be missed; 2 of 3 perturbations have fewer cells than a shift of 0.5 needs.',
  ])
})

test('says nothing for models without that prior', () => {
  expect(smallestShiftLines(configuration({ model: 'ivae' }), prepared)).toEqual([])
  expect(smallestShiftLines(configuration({ model: 'svae', alpha: 60 }), prepared)).toEqual([])
})
