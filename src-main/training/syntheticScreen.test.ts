import { expect, test } from 'vitest'
import { syntheticScreen } from './syntheticScreen'

const shape = { genes: 400, perturbations: 7, nonZero: 0.3 }

test('rows ascend, counts are never zero, and as many are stored as the shape says', () => {
  const { counts } = syntheticScreen(shape, 500, 1)
  for (let cell = 0; cell < counts.cells; cell++) {
    const row = counts.geneIndices.subarray(counts.rowStarts[cell], counts.rowStarts[cell + 1])
    expect(row.every((gene, at) => gene < shape.genes && (at === 0 || gene > row[at - 1]))).toBe(true)
  }
  expect(counts.counts.every((count) => count > 0)).toBe(true)
  expect(counts.counts.length).toBe(counts.rowStarts[500])
  expect(counts.counts.length / (500 * 400)).toBeCloseTo(0.3, 2)
  expect(Array.from(counts.counts).reduce((sum, count) => sum + count, 0) / counts.counts.length).toBeCloseTo(
    2.5,
    1,
  )
})

test('the same seed gives the same screen, another one another', () => {
  expect(syntheticScreen(shape, 50, 1)).toEqual(syntheticScreen(shape, 50, 1))
  expect(syntheticScreen(shape, 50, 2).counts).not.toEqual(syntheticScreen(shape, 50, 1).counts)
})

test('every perturbation is trained, and a tenth of the cells validates', () => {
  const { perturbationOfCell, trainingCells, validationCells } = syntheticScreen(shape, 500, 3)
  expect(new Set(perturbationOfCell).size).toBe(7)
  expect([trainingCells.length, validationCells.length]).toEqual([450, 50])
})
