import { describe, expect, it } from 'vitest'
import { RandomStream } from '../numerics/random'
import { controlCell } from './screen'
import { splitCells, trainingCells } from './split'

describe('trainingCells', () => {
  it.each([
    [10, 0.1, 9],
    [11, 0.1, 10],
    [70, 0.1, 63],
    [30, 0.1, 27],
    [1, 0.5, 1],
    [5, 0, 5],
    [20_729, 0.1, 18_657],
  ])('of %i cells with validation share %f are %i', (cells, share, expected) => {
    expect(trainingCells(cells, share)).toBe(expected)
  })
})

/** A random screen of so many cells and perturbations, a part of them held out. */
function drawn(seed: number): { perturbationOfCell: Int32Array; heldOut: boolean[]; share: number } {
  const random = new RandomStream(seed, 'simulation')
  const perturbations = 1 + random.nextInteger(8)
  const cells = 1 + random.nextInteger(200)
  return {
    perturbationOfCell: Int32Array.from(
      { length: cells },
      () => random.nextInteger(perturbations + 1) + controlCell,
    ),
    heldOut: Array.from({ length: perturbations }, () => random.nextUniform() < 0.3),
    share: random.nextUniform() / 2,
  }
}

describe('splitCells', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))('keeps its promises on random screen %i', (seed) => {
    const { perturbationOfCell, heldOut, share } = drawn(seed)
    const splits = splitCells(perturbationOfCell, heldOut, share, seed)
    const isHeldOut = (cell: number) =>
      perturbationOfCell[cell] !== controlCell && heldOut[perturbationOfCell[cell]]
    splits.forEach((split, cell) => expect(split === 'test').toBe(isHeldOut(cell)))

    const candidates = splits.filter((split) => split !== 'test').length
    const trained = new Set(
      [...perturbationOfCell].filter((p, cell) => p !== controlCell && !isHeldOut(cell)),
    )
    expect(splits.filter((split) => split === 'train')).toHaveLength(
      Math.max(trainingCells(candidates, share), trained.size),
    )
    for (const perturbation of trained) {
      expect(
        splits.some((split, cell) => split === 'train' && perturbationOfCell[cell] === perturbation),
      ).toBe(true)
    }
    expect(splitCells(perturbationOfCell, heldOut, share, seed)).toEqual(splits)
  })

  it('depends on the seed, and takes control cells for validation, too', () => {
    const cells = new Int32Array(1000).fill(controlCell)
    const first = splitCells(cells, [], 0.1, 0)
    expect(first.filter((split) => split === 'validation')).toHaveLength(100)
    expect(splitCells(cells, [], 0.1, 1)).not.toEqual(first)
  })

  it('spreads validation over all cells', () => {
    const splits = splitCells(new Int32Array(10_000).fill(controlCell), [], 0.2, 5)
    for (let block = 0; block < 10; block++) {
      const here = splits.slice(block * 1000, (block + 1) * 1000).filter((split) => split === 'validation')
      expect(here.length).toBeGreaterThan(150)
      expect(here.length).toBeLessThan(250)
    }
  })
})
