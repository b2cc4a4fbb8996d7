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
import { exampleGraph as graph } from './fixtures/exampleGraph'

it('joins only what has an edge, in clustered order', () => {
  const { perturbations, latents, edgesInAll } = bipartiteSides(graph, 0.5)
  expect(perturbations).toEqual([0, 1])
  expect(latents).toEqual([1, 0])
  expect(edgesInAll).toBe(3)
})

it('draws the strongest edges where there are too many to follow', () => {
  const count = mostEdgesDrawn + 50
  const many = {
    ...graph,
    perturbations: Array.from({ length: count }, (_one, index) => ({
      name: `p${index}`,
      cells: 1,
      edges: 1,
    })),
    latents: [graph.latents[0]],
    probability: Array.from({ length: count }, () => [1]),
    shift: Array.from({ length: count }, (_one, index) => [index / 100]),
    perturbationOrder: Array.from({ length: count }, (_one, index) => index),
    latentOrder: [0],
  }
  const { edges, edgesInAll } = bipartiteSides(many, 0.5)
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
  const svg = figureAsSvg((medium) => bipartiteOption(graph, 0.5, null, medium), 700, 300)
  expect(svg).toContain('JAK2')
  expect(svg).toContain('stroke-dasharray')
  expect(svg).not.toContain('CAV1')
})
