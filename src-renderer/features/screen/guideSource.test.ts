import type { CellColumn, CountsInspection } from '@contract/inspection'
import { screenRecipeSchema } from '@contract/recipe'
import { expect, it } from 'vitest'
import { impliedSource, missingChoice, proposedColumn, sourceOf } from './guideSource'

function columnOf(name: string, looksLikePerturbation: boolean): CellColumn {
  return { name, kind: 'text', levels: 3, examples: [], looksLikePerturbation }
}

function countsOf(guides: number, cellColumns: CellColumn[] = []): CountsInspection {
  return {
    kind: 'counts',
    path: '/counts',
    bytes: 1,
    findings: [],
    format: 'h5ad',
    cells: 1,
    genes: 1,
    guides,
    otherFeatures: 0,
    nonZero: 1,
    locations: [],
    cellColumns,
    exampleBarcodes: [],
    exampleGenes: [],
  }
}

it('reads the source from the recipe, the table before the column', () => {
  expect(sourceOf(screenRecipeSchema.parse({ counts: 'c', guides: 'g', perturbationColumn: 'p' }))).toBe(
    'table',
  )
  expect(sourceOf(screenRecipeSchema.parse({ counts: 'c', perturbationColumn: 'p' }))).toBe('column')
  expect(sourceOf(screenRecipeSchema.parse({ counts: 'c' }))).toBeNull()
})

it('takes the guide UMIs in the matrix where the recipe names nothing and there are some', () => {
  expect(impliedSource(countsOf(110))).toBe('umis')
  expect(impliedSource(countsOf(0))).toBe('table')
  expect(impliedSource(null)).toBe('table')
})

it('proposes the column that looks like perturbations', () => {
  expect(proposedColumn(countsOf(0, [columnOf('batch', false), columnOf('target', true)]))).toBe('target')
  expect(proposedColumn(countsOf(0, [columnOf('batch', false)]))).toBeNull()
})

it('says what is missing before an import', () => {
  const screen = screenRecipeSchema.parse({ counts: 'c' })
  expect(missingChoice(null, 'table')).toBe('Choose the counts.')
  expect(missingChoice(screen, 'table')).toBe('Choose the guide table.')
  expect(missingChoice(screen, 'column')).toBe('Choose the column with the perturbations.')
  expect(missingChoice(screen, 'umis')).toBe('')
  expect(missingChoice({ ...screen, guides: 'g' }, 'table')).toBe('')
})
