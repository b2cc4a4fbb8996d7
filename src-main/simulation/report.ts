import type { SimulationReport } from '@contract/simulation'
import { median } from '../numerics/statistics'
import type { CountMatrix } from '../screen/countMatrix'
import { controlCell } from '../screen/screen'
import type { SimulatedScreen } from './sandbox'

/**
 * Figures of a simulated screen.
 * @param real counts of the real cells it was made from; null for the sandbox
 */
export function simulationReport(screen: SimulatedScreen, real: CountMatrix | null): SimulationReport {
  const { counts, perturbations, perturbationOfCell, truth } = screen
  return {
    cells: counts.cells,
    controlCells: perturbationOfCell.filter((perturbation) => perturbation === controlCell).length,
    genes: counts.genes,
    perturbations: perturbations.length,
    latents: truth.latents.length,
    edges: truth.edges.reduce((sum, edge) => sum + edge, 0),
    heldOut: perturbations.filter((_, perturbation) => truth.heldOut[perturbation]),
    ...figures(counts),
    real: real && { cells: real.cells, ...figures(real) },
  }
}

function figures(matrix: CountMatrix): { medianCounts: number; zeros: number } {
  const { rowStarts, counts, cells, genes } = matrix
  const totals = new Float64Array(cells)
  for (let cell = 0; cell < cells; cell++) {
    for (let entry = rowStarts[cell]; entry < rowStarts[cell + 1]; entry++) totals[cell] += counts[entry]
  }
  return { medianCounts: median(totals), zeros: 1 - counts.length / (cells * genes) }
}
