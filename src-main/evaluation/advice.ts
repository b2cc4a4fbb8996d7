import type { Advice } from '@contract/baselines'
import { median } from '../numerics/statistics'
import { controlCell, type PreparedScreen } from '../screen/screen'

/**
 * Training cells of a perturbation below which ICA's edges are recommended over a model's. Measured on semi-synthetic
 * screens of about 130 and 430 training cells for each perturbation, where sVAE+ as published found no edge and ICA 74 to
 * 98 % of them (docs/reproduction.md); nothing is measured for more.
 */
export const fewCellsPerPerturbation = 450

/** Which row to trust for the edges of a screen for which ICA was computed; null where nothing measured speaks for it. */
export function adviseRow({
  heldOut,
  splitOfCell,
  perturbationOfCell,
}: Pick<PreparedScreen, 'heldOut' | 'splitOfCell' | 'perturbationOfCell'>): Advice | null {
  const cells = new Uint32Array(heldOut.length)
  perturbationOfCell.forEach((perturbation, cell) => {
    if (perturbation !== controlCell && splitOfCell[cell] === 'train') cells[perturbation] += 1
  })
  const medianCells = median(cells.filter((_, perturbation) => !heldOut[perturbation]))
  if (medianCells >= fewCellsPerPerturbation) return null
  const count = Math.round(medianCells).toLocaleString('en')
  return {
    code: 'icaForEdges',
    medianCells,
    bound: fewCellsPerPerturbation,
    message: `Half of the perturbations have at most ${count} training cells. On simulated screens with so few (under ${fewCellsPerPerturbation}), ICA found most edges and sVAE+ as published none: trust the edges of ICA first.`,
  }
}
