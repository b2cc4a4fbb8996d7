import { describe, expect, it } from 'vitest'
import { rankGenes, strongestGenes } from './geneRanking'

/** Five genes × two latents. */
const scores = Float32Array.from([0.5, 1, -2, 0, 0.5, -1, 0, 3, 4, -1])

describe('rankGenes', () => {
  it('orders by signed score and keeps ties in gene order', () => {
    expect([...rankGenes(scores, 2, 0)]).toEqual([4, 0, 2, 3, 1])
    expect([...rankGenes(scores, 2, 1)]).toEqual([3, 0, 1, 2, 4])
  })
})

describe('strongestGenes', () => {
  it('lists each direction strongest first, without zeros or the other sign', () => {
    expect([...strongestGenes(scores, 2, 0, 'up', 2)]).toEqual([4, 0])
    expect([...strongestGenes(scores, 2, 0, 'down', 50)]).toEqual([1])
    expect([...strongestGenes(scores, 2, 1, 'down', 50)]).toEqual([2, 4])
  })
})
