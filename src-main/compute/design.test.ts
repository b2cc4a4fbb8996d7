import { describe, expect, test } from 'vitest'
import { denseDesign, designOfCells, singlePerturbations, type Design } from './design'

/** A and C; control; C; B. */
const design: Design = { starts: Uint32Array.of(0, 2, 2, 3, 4), perturbations: Uint32Array.of(0, 2, 2, 1) }

describe('a design', () => {
  test('has a row of ones and zeros for each cell', () => {
    expect([...denseDesign(design, 3)]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0])
  })

  test('can be cut into parts', () => {
    expect(designOfCells(design, 0, 4)).toEqual(design)
    expect([...denseDesign(designOfCells(design, 1, 3), 3)]).toEqual([0, 0, 0, 0, 0, 1])
  })

  test('leaves cells without a perturbation empty', () => {
    const single = singlePerturbations(Int32Array.of(-1, 2, 0, -1))
    expect([...single.starts]).toEqual([0, 0, 1, 2, 2])
    expect([...single.perturbations]).toEqual([2, 0])
  })
})
