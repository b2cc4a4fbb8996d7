import { expect, it } from 'vitest'
import { baselineRowSchema, baselinesSchema, type BaselineRow } from '@contract/baselines'
import { evaluationSchema } from '@contract/evaluation'
import { comparisonLines } from './comparisonLines'

const likelihood = (before: number, after: number) => {
  const both = {
    before: { value: before, standardError: 0 },
    after: { value: after, standardError: 0 },
  }
  return { perturbations: [{ name: 'STAT1', cells: 3, ...both }], mean: both, sumOverCells: both }
}
const scores = { precision: 0.75, recall: 0.6, f1: 2 / 3 }
const row = (baseline: BaselineRow['baseline'], parts: Partial<BaselineRow>) =>
  baselineRowSchema.parse({
    baseline,
    transfer: null,
    edges: null,
    recovery: null,
    graph: null,
    geneLists: null,
    similarPairs: null,
    missing: [],
    ...parts,
  })
const baselines = baselinesSchema.parse({
  schemaVersion: 1,
  screenSha256: 'ab',
  createdAt: '2026-01-02T03:04:05.000Z',
  holdOut: { rule: 'none' },
  components: 10,
  compareWithin: ['cell_type'],
  rows: [
    row('control-mean', { transfer: likelihood(320, 320) }),
    row('perturbation-mean', {
      transfer: likelihood(321, 310),
      similarPairs: { pairs: 10, similar: 2, fromShifts: null, fromObservedShifts: 0.79 },
    }),
    row('linear', { transfer: likelihood(321, 312.5) }),
    row('ica', {
      edges: { found: 1044, possible: 2000 },
      graph: { from: 'permutations', scores, asPublished: scores },
      missing: [{ part: 'transfer', reason: 'It has no likelihood.' }],
    }),
  ],
  advice: { code: 'icaForEdges', medianCells: 135, bound: 200, message: 'Trust the edges of ICA.' },
})
const evaluation = evaluationSchema.parse({
  schemaVersion: 1,
  run: 'vae-1',
  model: 'vae',
  createdAt: '2026-01-02T03:04:05.000Z',
  holdOut: { rule: 'none' },
  validationNegativeElbo: null,
  transfer: null,
  recovery: null,
  graph: null,
  missing: [],
})

it('puts runs and simple rows under each other, in the columns that some row has', () => {
  const lines = comparisonLines([{ run: { id: 'vae-1', metrics: null }, evaluation }], baselines)
  expect(lines).toEqual([
    'Beside simple rows (linear and ICA: up to 10 components; compared with control within levels of cell_type):',
    '  row                NLL before  NLL after  edges  edge F1  pairs, observed',
    '  vae-1              –           –          –      –        –',
    '  control mean       320.00      320.00     –      –        –',
    '  perturbation mean  321.00      310.00     –      –        0.790',
    '  linear             321.00      312.50     –      –        –',
    '  ICA                –           –          1044   0.667    –',
    '  Guessing finds similar pairs with 0.200.',
    '  ICA found 1,044 edges of 2,000 possible.',
    '  Trust the edges of ICA.',
    '  See them in the app (Results, Effects without a model); "shiftscope export" writes ica_edges.csv and ica_gene_scores.csv beside the tables of a run.',
  ])
})

it('says once why rows lack what their kind has', () => {
  const rows = baselines.rows.map(({ baseline }) =>
    row(baseline, {
      missing: [
        {
          part: baseline === 'ica' ? 'edges' : 'transfer',
          reason: baseline === 'ica' ? 'No controls.' : 'None held out.',
        },
        { part: 'recovery', reason: 'The screen is a real one.' },
      ],
    }),
  )
  expect(comparisonLines([], { ...baselines, compareWithin: [], rows, advice: null })).toEqual([
    'Beside simple rows (linear and ICA: up to 10 components; compared with control over all cells):',
    '  row',
    '  control mean',
    '  perturbation mean',
    '  linear',
    '  ICA',
    '  control mean, perturbation mean, linear: n/a. None held out.',
    '  ICA: n/a. No controls.',
  ])
})
