import { expect, it } from 'vitest'
import { exampleGenes } from '../targetGraph/fixtures/exampleGraph'
import { figureAsSvg } from '../figureExport'
import { distributionOption, distributionSummary, distributionTable, outline } from './distributionOption'
import { geneScoreOption, latentGenesTable, shownGenes } from './geneScoreOption'

const distribution = {
  edges: [-1, 0, 1],
  perturbation: [0.75, 0.25],
  reference: [0.5, 0.5],
  referenceName: 'control',
  perturbationMean: -0.61,
  referenceMean: 0.02,
}
const names = { latent: 'Latent 3', perturbation: 'JAK2' }

it('outlines bins in percent', () => {
  expect(outline([-1, 0, 1], [0.75, 0.25])).toEqual([
    [-1, 75],
    [0, 75],
    [0, 25],
    [1, 25],
  ])
})

it('compares a perturbation with control in figure, table and words', () => {
  const svg = figureAsSvg((medium) => distributionOption(distribution, names, medium), 400, 200)
  expect(svg).toContain('control')
  expect(svg).toContain('JAK2')
  expect(svg).toContain('Latent 3, encoder mean (prior SD)')
  expect(distributionTable(distribution, 'JAK2').rows).toEqual([
    [-1, 0, 0.75, 0.5],
    [0, 1, 0.25, 0.5],
  ])
  expect(distributionSummary(distribution, names)).toBe(
    'Mean of Latent 3: −0.61 in JAK2 cells, 0.02 in control cells (dotted lines).',
  )
})

it('shows the strongest genes of both directions from top to bottom', () => {
  expect(shownGenes(exampleGenes, 1).map(({ symbol }) => symbol)).toEqual(['CXCL10', 'GBP2'])
  expect(figureAsSvg((medium) => geneScoreOption(exampleGenes, 'Score', 15, medium), 300, 200)).toContain(
    'GBP1',
  )
  expect(latentGenesTable(exampleGenes).rows.at(-1)).toEqual(['down', 1, 'GBP2', 'ENSG3', -0.3, 0.5])
})
