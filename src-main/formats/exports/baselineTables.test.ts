import { expect, it } from 'vitest'
import { baselinesSchema } from '@contract/baselines'
import { evaluationSchema } from '@contract/evaluation'
import { modelRecipeSchema } from '@contract/recipe'
import { runSchema } from '@contract/run'
import { baselinesCsv, icaEdgesCsv } from './baselineTables'

const nothing = {
  transfer: null,
  recovery: null,
  graph: null,
  geneLists: null,
  similarPairs: null,
  missing: [],
}
const about = { schemaVersion: 1, createdAt: '2026-01-02T03:04:05.000Z', holdOut: { rule: 'none' } }
const run = runSchema.parse({
  schemaVersion: 1,
  id: 'svae-plus-1',
  createdAt: about.createdAt,
  finishedAt: null,
  state: 'done',
  configuration: modelRecipeSchema.parse({}),
  device: null,
  screenSha256: 'ab',
  cells: { train: 1, validation: 0, test: 0 },
  genes: 1,
  perturbations: 2,
  versions: {},
  epochsDone: 3,
  stoppedBecause: null,
  metrics: null,
  problem: null,
  latentLabels: {},
})
const both = (before: number, after: number) => ({
  before: { value: before, standardError: null },
  after: { value: after, standardError: null },
})
const baselines = baselinesSchema.parse({
  ...about,
  screenSha256: 'ab',
  components: 2,
  compareWithin: [],
  rows: [
    {
      ...nothing,
      baseline: 'linear',
      edges: null,
      transfer: { perturbations: [], mean: both(2, 1.5), sumOverCells: both(20, 15) },
    },
    {
      ...nothing,
      baseline: 'ica',
      edges: { found: 1, possible: 4 },
      recovery: {
        trueLatents: 2,
        trainingCells: { pearson: 0.5, spearman: 0.25, rSquared: 0.125, cells: 9 },
        heldOutCells: null,
      },
      graph: {
        from: 'permutations',
        scores: { precision: 1, recall: 0.5, f1: 2 / 3 },
        asPublished: { precision: 0, recall: 0, f1: 0 },
      },
      geneLists: { mean: 0.75, programmes: [] },
      similarPairs: { pairs: 1, similar: 1, fromShifts: 1, fromObservedShifts: 0.5 },
    },
  ],
  advice: null,
})
const header =
  'row,edges,nll_before,nll_after,nll_sum_before,nll_sum_after,mcc_pearson,mcc_spearman,r_squared,edge_precision,edge_recall,edge_f1,gene_list_share,similar_pairs_shifts,similar_pairs_observed'

it('puts the run and the simple rows under each other; what a row does not have is empty', () => {
  const evaluation = evaluationSchema.parse({
    ...about,
    ...nothing,
    run: run.id,
    model: 'svae-plus',
    validationNegativeElbo: 3,
  })
  const rows = ['linear,,2,1.5,20,15,,,,,,,,,', 'ica,1,,,,,0.5,0.25,0.125,1,0.5,0.666666667,0.75,1,0.5', '']
  expect(baselinesCsv({ baselines, ica: null, evaluation }, run)).toBe(
    [header, 'svae-plus-1,,,,,,,,,,,,,,', ...rows].join('\n'),
  )
  expect(baselinesCsv({ baselines, ica: null, evaluation: null }, run)).toBe([header, ...rows].join('\n'))
})

it('tells every shift of ICA, held-out perturbations among them', () => {
  const ica = {
    falseDiscoveryRate: 0.05,
    effectFloor: 0.3,
    components: ['IC1', 'IC2'],
    shifts: [0.5, -1.25, 0, 2],
    adjustedP: [0.01, 0.5, 1, 0.002],
    edges: [1, 0, 0, 1],
    geneScores: [],
  }
  expect(icaEdgesCsv(ica, { perturbations: ['A,1', 'B'], heldOut: [false, true] })).toBe(
    [
      'perturbation,component,shift,adjusted_p,edge,held_out',
      '"A,1",IC1,0.5,0.01,1,0',
      '"A,1",IC2,-1.25,0.5,0,0',
      'B,IC1,0,1,0,1',
      'B,IC2,2,0.002,1,1',
      '',
    ].join('\n'),
  )
})
