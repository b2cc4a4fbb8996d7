import { describe, expect, test } from 'vitest'
import golden from '../golden/graph_scores.json'
import { goldenMatrix } from '../golden/goldenMatrix'
import { matchLatents } from './disentanglement'
import { graphScores, type EdgeTable } from './graphScores'

const table = (array: { shape: number[]; data: number[] }): EdgeTable => ({
  perturbations: array.shape[0],
  latents: array.shape[1],
  edges: Uint8Array.from(array.data),
})
const truth = table(golden.graph_true)
const predicted = table(golden.graph_pred)
const identity = Int32Array.of(0, 1, 2, 3, 4)

describe('golden graph', () => {
  test.each([
    ['absolute', golden.abs_matching],
    ['signed', golden.signed_matching],
  ] as const)('%s matching', (rule, expected) => {
    const { estimateOf } = matchLatents(goldenMatrix(golden.z), goldenMatrix(golden.zhat), 'pearson', rule)
    expect([...estimateOf]).toEqual(expected.assignment.data)
    const { precision, recall, f1 } = graphScores(truth, predicted, estimateOf)
    const [goldenPrecision, goldenRecall, goldenF1] = expected.precision_recall_f1
    expect(precision).toBeCloseTo(goldenPrecision, 12)
    expect(recall).toBeCloseTo(goldenRecall, 12)
    expect(f1).toBeCloseTo(goldenF1, 12)
  })

  test('a graph of all edges', () => {
    const all = { ...truth, edges: new Uint8Array(truth.edges.length).fill(1) }
    const { precision, recall, f1 } = graphScores(truth, all, identity)
    const [goldenPrecision, goldenRecall, goldenF1] = golden.all_ones_prediction
    expect(precision).toBeCloseTo(goldenPrecision, 12)
    expect(recall).toBeCloseTo(goldenRecall, 12)
    expect(f1).toBeCloseTo(goldenF1, 12)
  })
})

test('a graph without edges scores nothing, not NaN', () => {
  const none = { ...truth, edges: new Uint8Array(truth.edges.length) }
  expect(graphScores(truth, none, identity)).toMatchObject({ precision: 0, recall: 0, f1: 0 })
  expect(graphScores(none, none, identity)).toMatchObject({ precision: 0, recall: 0, f1: 0 })
})

test('edges of latents beyond the true ones are false, unless they are left out', () => {
  const small: EdgeTable = { perturbations: 2, latents: 1, edges: Uint8Array.of(1, 0) }
  const wide: EdgeTable = { perturbations: 2, latents: 2, edges: Uint8Array.of(1, 1, 1, 0) }
  const estimateOf = Int32Array.of(1)
  expect(graphScores(small, wide, estimateOf)).toMatchObject({ truePositives: 1, falsePositives: 2 })
  expect(graphScores(small, wide, estimateOf, { unmatched: 'ignore' })).toMatchObject({
    truePositives: 1,
    falsePositives: 0,
    f1: 1,
  })
})

test('counts only the rows asked for, and a true latent without an estimate as missed', () => {
  const small: EdgeTable = { perturbations: 3, latents: 2, edges: Uint8Array.of(1, 1, 0, 1, 1, 0) }
  const narrow: EdgeTable = { perturbations: 3, latents: 1, edges: Uint8Array.of(1, 0, 0) }
  const rows = Uint32Array.of(0, 1)
  expect(graphScores(small, narrow, Int32Array.of(0, -1), { rows })).toMatchObject({
    truePositives: 1,
    falseNegatives: 2,
    precision: 1,
  })
})

test('needs two perturbations, and the same ones', () => {
  const one: EdgeTable = { perturbations: 1, latents: 5, edges: new Uint8Array(5) }
  expect(() => graphScores(one, one, identity)).toThrow(
    expect.objectContaining({ code: 'evaluation/fewPerturbations' }),
  )
  const fewer: EdgeTable = { perturbations: 2, latents: 5, edges: new Uint8Array(10) }
  expect(() => graphScores(truth, fewer, identity)).toThrow(
    expect.objectContaining({ code: 'evaluation/sizesDiffer' }),
  )
})
