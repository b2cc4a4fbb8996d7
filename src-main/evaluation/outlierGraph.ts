import { rowOf, type Matrix } from '../numerics/matrix'
import { robustCovariance } from '../numerics/robustCovariance'
import { requireFinite } from './checks'
import type { EdgeTable } from './graphScores'

/**
 * A graph for models that learn shifts but no edges (iVAE): a perturbation shifts those latents whose shift is an
 * outlier among its own, by the minimum covariance determinant in one dimension (Lopez et al. 2023, appendix C.1;
 * Rousseeuw and Van Driessen 1999). The number published for it is that of the graph with all edges.
 * @param shifts perturbations × latents
 * @throws ShiftscopeError `evaluation/notFinite`
 */
export function outlierGraph(shifts: Matrix): EdgeTable {
  requireFinite(shifts, 'table of shifts')
  const edges = new Uint8Array(shifts.rows * shifts.columns)
  for (let perturbation = 0; perturbation < shifts.rows; perturbation++) {
    const values = rowOf(shifts, perturbation)
    const { squaredDistances, outlierBound } = robustCovariance({ rows: shifts.columns, columns: 1, values })
    squaredDistances.forEach((distance, latent) => {
      edges[perturbation * shifts.columns + latent] = distance > outlierBound ? 1 : 0
    })
  }
  return { perturbations: shifts.rows, latents: shifts.columns, edges }
}
