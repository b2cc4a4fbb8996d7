import { expect, it } from 'vitest'
import { exampleTrueGraph as graph } from '../../features/transfer/fixtures/exampleEvaluation'
import { figureAsSvg } from '../figureExport'
import { trueGraphOption } from './trueGraphOption'
import { countOutcomes, orderedRows, trueGraphTable } from './trueGraphRows'

it('says what became of every pair of a trained perturbation and a true latent', () => {
  expect(countOutcomes(graph)).toEqual({ found: 1, missed: 2, notTrue: 1, none: 0 })
  expect(countOutcomes({ ...graph, learned: null })).toEqual({ found: 0, missed: 3, notTrue: 0, none: 1 })
})

it('puts perturbations of the same latent together and leaves out those held out', () => {
  expect(orderedRows(graph)).toEqual([1, 0])
})

it('saves every pair, held-out perturbations too', () => {
  const { columns, rows } = trueGraphTable(graph)
  expect(columns).toHaveLength(rows[0].length)
  expect(rows).toHaveLength(6)
  expect(rows[0]).toEqual(['A', 'yes', 'L1', 'z2', 'no', 'yes', 0, 1.5])
  expect(trueGraphTable({ ...graph, learned: null }).rows[0].slice(5)).toEqual([null, 0, null])
})

it('draws both graphs with the names of their latents', () => {
  const svg = figureAsSvg((medium) => trueGraphOption(graph, (latent) => `My ${latent}`, medium), 700, 200)
  for (const word of ['True graph', 'Learned graph', 'L1', 'My z2']) expect(svg).toContain(word)
})
