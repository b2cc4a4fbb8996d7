import { expect, test } from 'vitest'
import golden from '../golden/mcd.json'
import { goldenMatrix } from '../golden/goldenMatrix'
import { outlierGraph } from './outlierGraph'

test('the edges of the golden shifts', () => {
  const graph = outlierGraph(goldenMatrix(golden.mu))
  expect(graph).toMatchObject({ perturbations: 6, latents: 15 })
  expect([...graph.edges]).toEqual(golden.rows.flatMap((row) => row.edge.data))
})

test('refuses shifts of a run that diverged', () => {
  const values = Float64Array.of(0, 1, NaN, 2)
  expect(() => outlierGraph({ rows: 2, columns: 2, values })).toThrow(
    expect.objectContaining({ code: 'evaluation/notFinite', where: 'row 2, column 1' }),
  )
})
