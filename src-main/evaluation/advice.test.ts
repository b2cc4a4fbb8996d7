import { expect, it } from 'vitest'
import type { SplitName } from '@contract/reports'
import { adviseRow, fewCellsPerPerturbation } from './advice'

/** Two trained perturbations and one held out, each with so many cells. */
const screen = (cells: number) => ({
  heldOut: [false, true, false],
  perturbationOfCell: Int32Array.from({ length: 3 * cells }, (_, cell) => cell % 3),
  splitOfCell: Array.from({ length: 3 * cells }, (_, cell): SplitName => (cell % 3 === 1 ? 'test' : 'train')),
})

it('speaks for ICA where trained perturbations have few training cells', () => {
  expect(adviseRow(screen(fewCellsPerPerturbation - 1))).toMatchObject({
    code: 'icaForEdges',
    medianCells: fewCellsPerPerturbation - 1,
    bound: fewCellsPerPerturbation,
    message: expect.stringContaining(`at most ${fewCellsPerPerturbation - 1} training cells`) as string,
  })
})

it('says nothing where nothing was measured', () => {
  expect(adviseRow(screen(fewCellsPerPerturbation))).toBeNull()
})
