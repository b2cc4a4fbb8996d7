import { icaGraphSchema, type IcaTables } from '@contract/baselines'
import { describe, expect, test } from 'vitest'
import { smallScreen } from '../training/smallScreen'
import { icaGenes, icaGraph } from './icaGraph'

/** Perturbations A to D (D held out), four genes and two components. */
const screen = smallScreen(60, 4)
const tables: IcaTables = {
  falseDiscoveryRate: 0.05,
  effectFloor: 0.3,
  components: ['IC1', 'IC2'],
  shifts: [0.03, 0, 0.002, 0.001, -0.02, 0.01, 0.04, 0],
  adjustedP: [0.01, 1, 0.04, 0.9, 0.001, 0.02, 0.03, 1],
  edges: [1, 0, 0, 0, 1, 1, 1, 0],
  geneScores: [0.1, 0, -2, 0, 1, 0, 0.5, 3],
}

describe('the graph of ICA', () => {
  test('has held-out perturbations too, and the edges that were called', () => {
    const graph = icaGraphSchema.parse(icaGraph(screen, tables))
    expect(graph.perturbations.map(({ name, edges, heldOut }) => [name, edges, heldOut])).toEqual([
      ['A', 1, false],
      ['B', 0, false],
      ['C', 2, false],
      ['D', 1, true],
    ])
    const cells = graph.perturbations.reduce((sum, perturbation) => sum + perturbation.cells, 0)
    expect(cells).toBe(screen.perturbationOfCell.filter((perturbation) => perturbation >= 0).length)
    // B shifts the first component with a small p, but by less than the floor.
    expect(graph.edges[1]).toEqual([false, false])
    expect(graph.shift[2]).toEqual([-0.02, 0.01])
    expect(graph.adjustedP[2]).toEqual([0.001, 0.02])
    expect(graph.perturbationOrder.toSorted()).toEqual([0, 1, 2, 3])
    expect(graph.componentOrder.toSorted()).toEqual([0, 1])
  })

  test('names components and their strongest genes', () => {
    const { components } = icaGraph(screen, tables)
    expect(components.map(({ name, label, edges }) => [name, label, edges])).toEqual([
      ['IC1', 'IC 1', 3],
      ['IC2', 'IC 2', 1],
    ])
    const [, second, third, last] = screen.genes.symbols
    expect(components[0].topGenes).toEqual([second, third, last])
    expect(components[1].topGenes[0]).toBe(last)
  })
})

test('genes of a component are listed in both directions', () => {
  const { label, up, down } = icaGenes(screen, tables, 'IC1', 2)
  const { symbols } = screen.genes
  expect(label).toBe('IC 1')
  expect(up.map(({ symbol, score }) => [symbol, score])).toEqual([
    [symbols[2], 1],
    [symbols[3], 0.5],
  ])
  expect(down.map(({ symbol }) => symbol)).toEqual([symbols[1]])
  expect(() => icaGenes(screen, tables, 'IC9', 2)).toThrow('IC9')
})
