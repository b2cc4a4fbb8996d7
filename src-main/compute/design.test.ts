import { describe, expect, test } from 'vitest'
import { denseDesign, designOfCells, designOfSome, singlePerturbations, type Design } from './design'

/** A and C; control; C; B. */
const design: Design = { starts: Uint32Array.of(0, 2, 2, 3, 4), rows: Uint32Array.of(0, 2, 2, 1) }

describe('a design', () => {
  test('has a row of ones and zeros for each cell', () => {
    expect([...denseDesign(design, 3)]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0])
  })

  test('can be cut into parts', () => {
    expect(designOfCells(design, 0, 4)).toEqual(design)
    expect([...denseDesign(designOfCells(design, 1, 3), 3)]).toEqual([0, 0, 0, 0, 0, 1])
  })

  test('can be taken of cells in any order', () => {
    const some = designOfSome(design, Uint32Array.of(3, 0, 1, 0))
    expect([...some.starts]).toEqual([0, 1, 3, 3, 5])
    expect([...some.rows]).toEqual([1, 0, 2, 0, 2])
  })

  test('leaves cells without a perturbation empty', () => {
    const single = singlePerturbations(Int32Array.of(-1, 2, 0, -1))
    expect([...single.starts]).toEqual([0, 0, 1, 2, 2])
    expect([...single.rows]).toEqual([2, 0])
  })
})
