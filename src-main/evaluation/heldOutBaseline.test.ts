import { expect, it } from 'vitest'
import { heldOutTable } from './heldOutBaseline'

it('takes means over cells, their mean over perturbations, and sums over cells', () => {
  const screen = { perturbations: ['B', 'A'], perturbationOfCell: Int32Array.of(0, -1, 0, 1) }
  const table = heldOutTable(
    screen,
    Uint32Array.of(0, 2, 3),
    Float64Array.of(2, 4, 9),
    Float64Array.of(1, 1, 5),
  )
  const exact = (value: number) => ({ value, standardError: 0 })
  expect(table.perturbations).toEqual([
    { name: 'A', cells: 1, before: exact(9), after: exact(5) },
    { name: 'B', cells: 2, before: exact(3), after: exact(1) },
  ])
  expect(table.mean).toEqual({ before: exact(6), after: exact(3) })
  expect(table.sumOverCells).toEqual({ before: exact(15), after: exact(7) })
})
