import { expect, test } from 'vitest'
import golden from '../golden/mcc_r2.json'
import { goldenMatrix } from '../golden/goldenMatrix'
import { RandomStream } from '../numerics/random'
import { disentanglement, matchLatents, meanCorrelation } from './disentanglement'

test.each(golden.cases)('golden case %$', ({ z, zhat, r2, pearson, spearman }) => {
  const truth = goldenMatrix(z)
  const estimate = goldenMatrix(zhat)
  const scores = disentanglement(truth, estimate)
  expect(Math.abs(scores.rSquared / r2 - 1)).toBeLessThan(1e-8)
  for (const [kind, expected] of [
    ['pearson', pearson],
    ['spearman', spearman],
  ] as const) {
    const matching = matchLatents(truth, estimate, kind)
    expect([...matching.estimateOf]).toEqual(expected.assignment.data)
    matching.all.values.forEach((value, i) =>
      expect(Math.abs(Math.abs(value) - expected.abs_corr.data[i])).toBeLessThan(1e-12),
    )
    expect(Math.abs(scores[kind] / expected.score - 1)).toBeLessThan(1e-8)
    expect(meanCorrelation(matching)).toBe(scores[kind])
  }
})

const random = new RandomStream(1, 'simulation')
const normals = (rows: number, columns: number) => ({
  rows,
  columns,
  values: random.fillNormal(new Float32Array(rows * columns)),
})

test('a latent that does not vary correlates with nothing', () => {
  const truth = normals(50, 2)
  const values = Float64Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 7.3 : truth.values[i - 1]))
  const matching = matchLatents(truth, { rows: 50, columns: 2, values })
  expect([...matching.estimateOf]).toEqual([1, 0])
  expect(matching.correlations[0]).toBeCloseTo(1, 12)
  expect(matching.correlations[1]).toBe(0)
  expect(disentanglement(truth, { rows: 50, columns: 2, values }).pearson).toBeCloseTo(0.5, 12)
})

test('copies of one latent explain no more than it does', () => {
  const truth = normals(50, 3)
  const values = Float64Array.from({ length: 150 }, (_, i) => (1 + (i % 3)) * truth.values[i - (i % 3)])
  const { rSquared } = disentanglement({ ...truth, columns: 3 }, { rows: 50, columns: 3, values })
  expect(rSquared).toBeGreaterThan(1 / 3)
  expect(rSquared).toBeLessThan(1 / 3 + 0.1)
})

test('true latents without an estimate count as lost', () => {
  const truth = normals(40, 3)
  const values = Float64Array.from({ length: 40 }, (_, row) => -truth.values[row * 3 + 1])
  const matching = matchLatents(truth, { rows: 40, columns: 1, values })
  expect([...matching.estimateOf]).toEqual([-1, 0, -1])
  expect(matching.correlations[1]).toBeCloseTo(-1, 12)
  expect(meanCorrelation(matching)).toBeCloseTo(1 / 3, 12)
})

test('refuses what is not a number, tables of different cells, and too few of them', () => {
  const truth = normals(4, 2)
  const broken = { ...truth, values: Float64Array.from(truth.values).fill(NaN, 5, 6) }
  expect(() => matchLatents(truth, broken)).toThrow(
    expect.objectContaining({ code: 'evaluation/notFinite', where: 'row 3, column 2' }),
  )
  expect(() => matchLatents(truth, normals(5, 2))).toThrow(
    expect.objectContaining({ code: 'evaluation/sizesDiffer' }),
  )
  expect(() => disentanglement(normals(1, 2), normals(1, 2))).toThrow(
    expect.objectContaining({ code: 'evaluation/fewRows' }),
  )
})
