import { expect, it } from 'vitest'
import { figureAsSvg } from '../figureExport'
import {
  bipartiteOption,
  bipartiteSides,
  latentNode,
  mostEdgesDrawn,
  nodeMeaning,
  perturbationNode,
} from './bipartiteOption'
import { drawnTargetGraph } from './drawnTargetGraph'
import { exampleGraph } from './fixtures/exampleGraph'

const graph = drawnTargetGraph(exampleGraph, 0.5)

it('joins only what has an edge, in clustered order', () => {
  const { perturbations, latents, edgesInAll } = bipartiteSides(graph)
  expect(perturbations).toEqual([0, 1])
  expect(latents).toEqual([1, 0])
  expect(edgesInAll).toBe(3)
})

it('draws the strongest edges where there are too many to follow', () => {
  const count = mostEdgesDrawn + 50
  const many = {
    ...exampleGraph,
    perturbations: Array.from({ length: count }, (_one, index) => ({
      name: `p${index}`,
      cells: 1,
      edges: 1,
    })),
    latents: [exampleGraph.latents[0]],
    probability: Array.from({ length: count }, () => [1]),
    shift: Array.from({ length: count }, (_one, index) => [index / 100]),
    perturbationOrder: Array.from({ length: count }, (_one, index) => index),
    latentOrder: [0],
  }
  const { edges, edgesInAll } = bipartiteSides(drawnTargetGraph(many, 0.5))
  expect(edges).toHaveLength(mostEdgesDrawn)
  expect(edgesInAll).toBe(count)
  expect(Math.min(...edges.map(({ perturbation }) => perturbation))).toBe(50)
})

it('knows its nodes again', () => {
  expect(nodeMeaning(perturbationNode(3))).toEqual({ perturbation: 3 })
  expect(nodeMeaning(latentNode(0))).toEqual({ latent: 0 })
  expect(nodeMeaning('')).toBeNull()
})

it('is saved with names and dashes for negative shifts', () => {
  const svg = figureAsSvg((medium) => bipartiteOption(graph, null, medium), 700, 300)
  expect(svg).toContain('JAK2')
  expect(svg).toContain('stroke-dasharray')
  expect(svg).not.toContain('CAV1')
})
