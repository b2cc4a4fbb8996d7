import { describe, expect, it } from 'vitest'
import { drawnTargetGraph } from './drawnTargetGraph'
import { exampleGenes, exampleGraph } from './fixtures/exampleGraph'
import { findInGraph } from './findInGraph'

const graph = drawnTargetGraph(exampleGraph, 0.5)

describe('search', () => {
  it('finds perturbations, latents by label or number, and top genes, whatever the case', () => {
    expect(findInGraph(graph, [], 'stat1')).toMatchObject([{ kind: 'perturbation', index: 1 }])
    expect(findInGraph(graph, [], 'interferon')).toMatchObject([{ kind: 'latent', index: 0 }])
    expect(findInGraph(graph, [], 'z2')).toMatchObject([{ kind: 'latent', index: 1 }])
    expect(findInGraph(graph, [], 'LYZ')).toMatchObject([
      { kind: 'gene', index: 1, detail: 'number 1 in Latent 2' },
    ])
  })

  it('finds genes of both directions once the lists are there, better ranks first', () => {
    expect(findInGraph(graph, [], 'GBP2')).toEqual([])
    expect(findInGraph(graph, [exampleGenes], 'GBP')).toMatchObject([
      { text: 'GBP2', detail: 'number 1 down in Interferon response' },
      { text: 'GBP1', detail: 'number 2 up in Interferon response' },
    ])
  })

  it('puts exact matches before beginnings before the rest', () => {
    const named = {
      ...graph,
      perturbations: ['ASTAT', 'STAT1', 'STAT'].map((name) => ({ name, cells: 1, edges: 0, heldOut: false })),
    }
    expect(findInGraph(named, [], 'stat').map(({ text }) => text)).toEqual(['STAT', 'STAT1', 'ASTAT'])
  })

  it('finds nothing for nothing', () => {
    expect(findInGraph(graph, [], '  ')).toEqual([])
  })
})
