import { describe, expect, it } from 'vitest'
import { edgesOf } from './drawnGraph'
import { drawnTargetGraph } from './drawnTargetGraph'
import { exampleGraph } from './fixtures/exampleGraph'
import { edgeTable, targetGraphTable } from './targetGraphTable'
import { targetGraphSummary } from './targetGraphSummary'
import { cellRange, clusteredView } from './targetGraphView'

const at = (threshold: number) => drawnTargetGraph(exampleGraph, threshold)
const graph = at(0.5)

describe('edges', () => {
  it('are probabilities strictly over the threshold, in clustered order', () => {
    expect(edgesOf(graph)).toEqual([
      { perturbation: 0, latent: 0 },
      { perturbation: 1, latent: 1 },
      { perturbation: 1, latent: 0 },
    ])
    expect(edgesOf(at(0.85))).toHaveLength(1)
    expect(edgesOf(at(0))).toHaveLength(6)
  })
})

describe('view', () => {
  it('shows everything in clustered order', () => {
    expect(clusteredView(graph, false)).toEqual({ rows: [2, 0, 1], columns: [1, 0] })
  })

  it('leaves out rows and columns without edges', () => {
    expect(clusteredView(graph, true)).toEqual({ rows: [0, 1], columns: [1, 0] })
    expect(clusteredView(at(0.85), true)).toEqual({ rows: [0], columns: [0] })
  })
})

describe('colour limit', () => {
  it('comes from edges, not from shifts that are hardly trained', () => {
    expect(graph.limit).toBe(2)
    expect(at(0).limit).toBe(2)
  })

  it('comes from all shifts where there is no edge, and is never zero', () => {
    expect(drawnTargetGraph({ ...exampleGraph, threshold: 0.99 }, 0.5).limit).toBe(9)
    const still = exampleGraph.shift.map((row) => row.map(() => 0))
    expect(drawnTargetGraph({ ...exampleGraph, shift: still }, 0.5).limit).toBe(0.5)
  })
})

it('finds the range of cells', () => {
  expect(cellRange(graph)).toEqual({ smallest: 10, largest: 1000 })
})

describe('tables', () => {
  it('hold every pair, and say which are edges', () => {
    const { rows } = targetGraphTable(graph)
    expect(rows).toHaveLength(6)
    // Of CAV1 nothing could be compared.
    expect(rows[0]).toEqual(['CAV1', 10, 'z2', 'Latent 2', 0.3, null, null, 0.5, 'no'])
    expect(rows.at(-1)).toEqual(['STAT1', 1000, 'z1', 'Interferon response', 1, 0.75, 0.05, 0.8, 'yes'])
    expect(rows.filter((row) => row.at(-1) === 'yes')).toHaveLength(3)
  })

  it('list edges by the size of their shift', () => {
    expect(edgeTable(graph).rows.map((row) => row[4])).toEqual([2, -1.2, 1])
  })
})

it('sums the graph up in words', () => {
  expect(targetGraphSummary(graph)).toBe(
    'Target graph: 3 perturbations and 2 latents, 3 edges with probability over 0.5. ' +
      'Strongest: JAK2 shifts Interferon response by +2.00; STAT1 shifts Latent 2 by −1.20; ' +
      'STAT1 shifts Interferon response by +1.00.',
  )
})
