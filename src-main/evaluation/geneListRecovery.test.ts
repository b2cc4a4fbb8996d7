import { expect, it } from 'vitest'
import { geneListRecovery } from './geneListRecovery'

// Five genes; A holds genes 0 and 1, B gene 4, and C has lost its genes to the choice of variable ones.
const programmes = {
  rows: 5,
  columns: 3,
  values: Float32Array.of(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0),
}
const names = ['A', 'B', 'C']
const geneScores = { rows: 5, columns: 2, values: Float64Array.of(0, -3, 0, 1, 0, 2, 0, 0, 9, 0) }

it('is the share of the strongest genes of either sign that belong to the programme', () => {
  // Latent 1 ranks genes 0, 2, 1: one of its two strongest is of A. Latent 0 ranks gene 4 first.
  expect(geneListRecovery(programmes, names, geneScores, Int32Array.of(1, 0, -1))).toEqual({
    mean: 0.75,
    programmes: [
      { name: 'A', genes: 2, share: 0.5 },
      { name: 'B', genes: 1, share: 1 },
    ],
  })
})

it('is 0 for a programme without a latent', () => {
  expect(geneListRecovery(programmes, names, geneScores, Int32Array.of(-1, 0, 1))?.mean).toBe(0.5)
})

it('needs genes', () => {
  const none = { ...programmes, values: new Float32Array(15) }
  expect(geneListRecovery(none, names, geneScores, Int32Array.of(0, 1, -1))).toBeNull()
})
