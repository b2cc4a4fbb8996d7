import { targetGraphSchema } from '@contract/results'
import { describe, expect, test } from 'vitest'
import type { RunResults } from '../formats/resultsFile'
import { controlCell } from '../screen/screen'
import { smallScreen } from '../training/smallScreen'
import { latentDistribution } from './latentDistribution'
import { latentGenes } from './latentGenes'
import { targetGraph } from './targetGraph'

const screen = smallScreen(60, 4)

/** Perturbations A to D (D held out) and two latents. */
function results(): RunResults {
  return {
    screen,
    latents: ['z1', 'z2'],
    latentMeans: Float32Array.from({ length: 120 }, (_, at) => (at % 2 === 0 ? 0 : at)),
    trained: [true, true, true, false],
    probability: Float32Array.from([0.9, 0.1, 0.2, 0.3, 0.75, 0.5, 1, 1]),
    shift: Float32Array.from([2, 0, 0, 0.1, 1.75, 1, 9, 9]),
    observed: null,
    shares: null,
    geneScores: Float32Array.from([0.1, 0, -2, 0, 1, 0, 0.5, 0]),
    content: null,
  }
}

test('genes of a content latent are those of its own scores', () => {
  const content = {
    latents: ['c1', 'c2'],
    means: new Float32Array(120),
    geneScores: Float32Array.of(0, 1, 0, -1, 0, 3, 0, 0),
  }
  const { label, up, down } = latentGenes({ ...results(), content }, 'c2', 5, { c2: 'not read' })
  expect(label).toBe('Content latent 2')
  expect(up.map(({ symbol, score }) => [symbol, score])).toEqual([
    ['GENE2', 3],
    ['GENE0', 1],
  ])
  expect(down.map(({ symbol }) => symbol)).toEqual(['GENE1'])
  expect(() => latentGenes(results(), 'c2', 5)).toThrow(/no latent "c2"/)
})

describe('target graph', () => {
  test('shows trained perturbations only and counts edges over one half', () => {
    const graph = targetGraphSchema.parse(targetGraph(results()))
    expect(graph.perturbations.map(({ name, edges }) => [name, edges])).toEqual([
      ['A', 1],
      ['B', 0],
      ['C', 1],
    ])
    expect(graph.latents.map(({ name, edges }) => [name, edges])).toEqual([
      ['z1', 2],
      ['z2', 0],
    ])
    expect(graph.shift).toEqual([
      [2, 0],
      [0, Math.fround(0.1)],
      [1.75, 1],
    ])
    const cells = screen.perturbationOfCell.filter((perturbation) => perturbation === 0).length
    expect(graph.perturbations[0].cells).toBe(cells)
  })

  test('shows observed shifts of the same rows, empty where nothing could be compared', () => {
    const shift = Float32Array.from([1, 2, 3, NaN, 5, 6, 7, 8])
    const observed = { within: ['batch'], shift, standardError: shift, cells: Uint32Array.of(9, 8, 7, 6) }
    const graph = targetGraphSchema.parse(targetGraph({ ...results(), observed }))
    expect(graph.observed).toEqual({
      shift: [
        [1, 2],
        [3, null],
        [5, 6],
      ],
      standardError: [
        [1, 2],
        [3, null],
        [5, 6],
      ],
      cells: [9, 8, 7],
      referenceName: 'control',
      within: ['batch'],
    })
    expect(targetGraphSchema.parse(targetGraph(results())).observed).toBeNull()
  })

  test('orders similar perturbations side by side', () => {
    const { perturbations, perturbationOrder, latentOrder } = targetGraphSchema.parse(targetGraph(results()))
    expect(Math.abs(perturbationOrder.indexOf(0) - perturbationOrder.indexOf(2))).toBe(1)
    expect([...latentOrder].sort()).toEqual([0, 1])
    // What was found is seen first: the perturbations with edges stand before those without.
    const edges = perturbationOrder.map((row) => perturbations[row].edges)
    expect(edges[0]).toBeGreaterThanOrEqual(edges.at(-1) ?? 0)
  })

  test('names latents as the person did and lists their strongest genes', () => {
    const { latents } = targetGraphSchema.parse(targetGraph(results(), { z2: 'Interferon response' }))
    expect(latents.map(({ label }) => label)).toEqual(['Latent 1', 'Interferon response'])
    expect(latents[0].topGenes).toEqual(['GENE1', 'GENE2', 'GENE3'])
  })

  test('there is none for a model that says nothing of edges', () => {
    expect(targetGraph({ ...results(), probability: null })).toBeNull()
    expect(targetGraph({ ...results(), probability: null, shift: null })).toBeNull()
  })
})

describe('genes of a latent', () => {
  test('both directions, strongest first, with mean counts', () => {
    const { up, down, label } = latentGenes(results(), 'z1', 2)
    expect(label).toBe('Latent 1')
    expect(up.map(({ rank, symbol, score }) => [rank, symbol, score])).toEqual([
      [1, 'GENE2', 1],
      [2, 'GENE3', 0.5],
    ])
    expect(down.map(({ id }) => id)).toEqual(['ENSG1'])
    let total = 0
    screen.counts.geneIndices.forEach((gene, entry) => {
      if (gene === 2) total += screen.counts.counts[entry]
    })
    expect(up[0].meanCount).toBeCloseTo(total / 60, 12)
  })

  test('an unknown latent is refused', () => {
    expect(() => latentGenes(results(), 'z9', 2)).toThrow(/no latent "z9"/)
  })
})

describe('distribution of a latent', () => {
  test('shares of the perturbation and of the controls over common bins', () => {
    const distribution = latentDistribution(results(), 'z2', 'A')
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
    expect(sum(distribution.perturbation)).toBeCloseTo(1, 10)
    expect(sum(distribution.reference)).toBeCloseTo(1, 10)
    expect(distribution.edges).toHaveLength(distribution.reference.length + 1)
    expect(distribution.referenceName).toBe('control')
    const controls = Array.from(screen.perturbationOfCell.keys()).filter(
      (cell) => screen.perturbationOfCell[cell] === controlCell,
    )
    expect(distribution.referenceMean).toBeCloseTo(
      controls.reduce((total, cell) => total + 2 * cell + 1, 0) / controls.length,
      6,
    )
  })

  test('a latent that never varies gives one bin each; without controls all other cells are the reference', () => {
    const withoutControls = {
      ...results(),
      screen: { ...screen, perturbationOfCell: screen.perturbationOfCell.map((label) => Math.max(0, label)) },
    }
    const { perturbation, reference, referenceName } = latentDistribution(withoutControls, 'z1', 'B')
    expect(perturbation.filter((share) => share > 0)).toHaveLength(1)
    expect(reference.filter((share) => share > 0)).toHaveLength(1)
    expect(referenceName).toBe('all other cells')
  })

  test('an unknown perturbation is refused', () => {
    expect(() => latentDistribution(results(), 'z1', 'X')).toThrow(/no perturbation "X"/)
  })
})
