import { describe, expect, it } from 'vitest'
import { figureAsSvg } from '../figureExport'
import { bipartiteOption } from './bipartiteOption'
import { edgesOf } from './drawnGraph'
import { drawnIcaGraph } from './drawnIcaGraph'
import { exampleIcaGraph } from './fixtures/exampleIcaGraph'
import { heatMapOption } from './heatMapOption'
import { targetGraphSummary } from './targetGraphSummary'
import { edgeTable } from './targetGraphTable'
import { clusteredView } from './targetGraphView'

const graph = drawnIcaGraph(exampleIcaGraph)

describe('the drawn graph of ICA', () => {
  it('has the edges that were called, whatever their p', () => {
    expect(edgesOf(graph)).toEqual([
      { perturbation: 0, latent: 0 },
      { perturbation: 1, latent: 0 },
      { perturbation: 2, latent: 1 },
    ])
    expect(graph.opacity[1]).toEqual([0.97, 0.96])
  })

  it('takes limit and decimals from the largest shift', () => {
    expect([graph.limit, graph.digits]).toEqual([0.031, 3])
    const none = { ...exampleIcaGraph, shift: exampleIcaGraph.shift.map((row) => row.map(() => 0)) }
    expect([drawnIcaGraph(none).limit, drawnIcaGraph(none).digits]).toEqual([1, 2])
  })

  it('is drawn in its own words, with held-out perturbations marked', () => {
    const view = clusteredView(graph, false)
    const zoomedTo = { rows: [0, 2] as [number, number], columns: [0, 1] as [number, number] }
    const choices = { graph, view, selected: null, cursor: null, zoomedTo }
    const heatMap = figureAsSvg((medium) => heatMapOption(choices, medium), 800, 400)
    for (const words of ['CAV1 †', 'IC 1', 'False discovery rate', '+0.031']) expect(heatMap).toContain(words)
    expect(heatMap).not.toContain('Edge probability')
    const bipartite = figureAsSvg((medium) => bipartiteOption(graph, null, medium), 700, 300)
    expect(bipartite).toContain('Components')
  })

  it('is saved with p, held-out perturbations told apart', () => {
    const { columns, rows } = edgeTable(graph)
    expect(columns.map(({ key }) => key)).toEqual([
      'perturbation',
      'cells',
      'held_out',
      'component',
      'component_label',
      'shift',
      'adjusted_p',
      'edge',
    ])
    expect(rows[0]).toEqual(['JAK2', 100, 'no', 'IC1', 'IC 1', 0.0312, 0.0004, 'yes'])
    expect(rows[1]).toEqual(['CAV1', 10, 'yes', 'IC2', 'IC 2', 0.02, 0.002, 'yes'])
  })

  it('is summed up in words', () => {
    expect(targetGraphSummary(graph)).toBe(
      'Target graph of ICA: 3 perturbations and 2 components, 3 edges (false discovery rate up to 5 %, ' +
        'shift at least 30 % of the component’s largest). Strongest: JAK2 shifts IC 1 by +0.031; ' +
        'CAV1 shifts IC 2 by +0.020; STAT1 shifts IC 1 by −0.010.',
    )
  })
})
