import { describe, expect, it } from 'vitest'
import { exampleGraph as graph } from './fixtures/exampleGraph'
import { edgeTable, targetGraphTable } from './targetGraphTable'
import { targetGraphSummary } from './targetGraphSummary'
import { cellRange, clusteredView, edgesOver, shiftLimit } from './targetGraphView'

describe('edges', () => {
  it('are probabilities strictly over the threshold, in clustered order', () => {
    expect(edgesOver(graph, 0.5)).toEqual([
      { perturbation: 0, latent: 0 },
      { perturbation: 1, latent: 1 },
      { perturbation: 1, latent: 0 },
    ])
    expect(edgesOver(graph, 0.85)).toHaveLength(1)
    expect(edgesOver(graph, 0)).toHaveLength(6)
  })
})

describe('view', () => {
  it('shows everything in clustered order', () => {
    expect(clusteredView(graph, 0.5, false)).toEqual({ rows: [2, 0, 1], columns: [1, 0] })
  })

  it('leaves out rows and columns without edges', () => {
    expect(clusteredView(graph, 0.5, true)).toEqual({ rows: [0, 1], columns: [1, 0] })
    expect(clusteredView(graph, 0.85, true)).toEqual({ rows: [0], columns: [0] })
  })
})

describe('colour limit', () => {
  it('comes from edges, not from shifts that are hardly trained', () => {
    expect(shiftLimit(graph)).toBe(2)
  })

  it('comes from all shifts where there is no edge, and is never zero', () => {
    expect(shiftLimit({ ...graph, threshold: 0.99 })).toBe(9)
    const still = graph.shift.map((row) => row.map(() => 0))
    expect(shiftLimit({ ...graph, shift: still })).toBe(0.5)
  })
})

it('finds the range of cells', () => {
  expect(cellRange(graph)).toEqual({ smallest: 10, largest: 1000 })
})

describe('tables', () => {
  it('hold every pair, and say which are edges', () => {
    const { rows } = targetGraphTable(graph, 0.5)
    expect(rows).toHaveLength(6)
    // Of CAV1 nothing could be compared.
    expect(rows[0]).toEqual(['CAV1', 10, 'z2', 'Latent 2', 0.3, null, null, 0.5, 'no'])
    expect(rows.at(-1)).toEqual(['STAT1', 1000, 'z1', 'Interferon response', 1, 0.75, 0.05, 0.8, 'yes'])
    expect(rows.filter((row) => row.at(-1) === 'yes')).toHaveLength(3)
  })

  it('list edges by the size of their shift', () => {
    expect(edgeTable(graph, 0.5).rows.map((row) => row[4])).toEqual([2, -1.2, 1])
  })
})

it('sums the graph up in words', () => {
  expect(targetGraphSummary(graph, 0.5)).toBe(
    'Target graph of 3 perturbations and 2 latents: 3 edges with probability over 0.5. ' +
      'Strongest: JAK2 shifts Interferon response by +2.00; STAT1 shifts Latent 2 by −1.20; ' +
      'STAT1 shifts Interferon response by +1.00.',
  )
})
