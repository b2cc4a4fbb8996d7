import type { ObservedShifts } from '../formats/observedShiftParts'
import type { RunResults } from '../formats/resultsFile'
import { cellLevels } from '../screen/cellLevels'
import { controlCell, hasControls } from '../screen/screen'

/** Number of cells, and sums of latents and of their squares, in each group of cells. */
interface GroupSums {
  readonly cells: Float64Array
  /** Groups × latents. */
  readonly sums: Float64Array
  readonly squares: Float64Array
}

/** Variances below this share of the mean square are what rounding leaves of equal values. */
const rounding = 1e-12

function emptySums(groups: number, latents: number): GroupSums {
  return {
    cells: new Float64Array(groups),
    sums: new Float64Array(groups * latents),
    squares: new Float64Array(groups * latents),
  }
}

function addCell(to: GroupSums, group: number, values: Float32Array): void {
  to.cells[group] += 1
  values.forEach((value, latent) => {
    to.sums[group * values.length + latent] += value
    to.squares[group * values.length + latent] += value * value
  })
}

/** What is in one and not in the other. */
function without(all: GroupSums, part: GroupSums): GroupSums {
  return {
    cells: all.cells.map((value, at) => value - part.cells[at]),
    sums: all.sums.map((value, at) => value - part.sums[at]),
    squares: all.squares.map((value, at) => value - part.squares[at]),
  }
}

/** Variance of a latent within groups, pooled over them; NaN where no group has two cells. */
function pooledVariance(
  { cells, sums, squares }: GroupSums,
  groups: readonly number[],
  latents: number,
  latent: number,
): number {
  let [spread, squared, freedom] = [0, 0, 0]
  for (const group of groups) {
    const at = group * latents + latent
    spread += squares[at] - (sums[at] * sums[at]) / cells[group]
    squared += squares[at]
    freedom += cells[group] - 1
  }
  if (freedom === 0) return NaN
  return spread < rounding * squared ? 0 : spread / freedom
}

/** Difference of one latent between two sets of cells, and its standard error: the equations of `observedShifts`. */
function difference(
  own: GroupSums,
  reference: GroupSums,
  groups: readonly number[],
  latents: number,
  latent: number,
): { shift: number; standardError: number } {
  const variances = [own, reference].map((side) => pooledVariance(side, groups, latents, latent))
  let [total, shift, variance] = [0, 0, 0]
  for (const group of groups) {
    const [n, m] = [own.cells[group], reference.cells[group]]
    const weight = (n * m) / (n + m)
    const at = group * latents + latent
    total += weight
    shift += weight * (own.sums[at] / n - reference.sums[at] / m)
    variance += weight * weight * (variances[0] / n + variances[1] / m)
  }
  return { shift: shift / total, standardError: Math.sqrt(variance) / total }
}

/**
 * How far the cells of each perturbation really lie from the control cells (from all other cells in a screen without
 * controls): differences of mean encoder means, whatever the prior learned. Held-out perturbations have them too.
 *
 * Cells are compared within groups g of equal levels of the columns, so that a perturbation that happens to be
 * frequent in one batch does not look like that batch:
 *
 *   shift = Σ w_g (mean_g(own) - mean_g(reference)) / Σ w_g,   w_g = n_g m_g / (n_g + m_g)
 *   standard error² = Σ w_g² (s²(own) / n_g + s²(reference) / m_g) / (Σ w_g)²
 *
 * with n_g own and m_g reference cells. The shift is the coefficient of a least-squares fit on the perturbation and
 * the groups; s² are variances within groups, pooled over the groups but not over the two sides. Groups without cells
 * on both sides, and cells with an empty level, are left out. The error is that of sampling cells: it knows nothing of
 * replicates that differ, nor of the uncertainty of each cell's latents.
 * @returns NaN where nothing can be compared; a NaN error where a side has one cell only in each group
 * @throws ShiftscopeError as `cellLevels`
 */
export function observedShifts(
  { screen, latents, latentMeans }: Pick<RunResults, 'screen' | 'latents' | 'latentMeans'>,
  within: readonly string[],
): ObservedShifts {
  const levels = cellLevels(screen, within)
  const size = latents.length
  const [controls, all] = [emptySums(levels.count, size), emptySums(levels.count, size)]
  const cellsOf = screen.perturbations.map((): number[] => [])
  screen.perturbationOfCell.forEach((perturbation, cell) => {
    const group = levels.ofCell[cell]
    if (group < 0) return
    const values = latentMeans.subarray(cell * size, (cell + 1) * size)
    addCell(all, group, values)
    if (perturbation === controlCell) addCell(controls, group, values)
    else cellsOf[perturbation].push(cell)
  })
  const withControls = hasControls(screen)
  const cells = new Uint32Array(screen.perturbations.length)
  const shift = new Float32Array(screen.perturbations.length * size).fill(NaN)
  const standardError = shift.slice()
  cellsOf.forEach((ownCells, perturbation) => {
    const own = emptySums(levels.count, size)
    for (const cell of ownCells) {
      addCell(own, levels.ofCell[cell], latentMeans.subarray(cell * size, (cell + 1) * size))
    }
    const reference = withControls ? controls : without(all, own)
    const groups = Array.from(own.cells.keys()).filter(
      (group) => own.cells[group] > 0 && reference.cells[group] > 0,
    )
    cells[perturbation] = groups.reduce((sum, group) => sum + own.cells[group], 0)
    if (groups.length === 0) return
    for (let latent = 0; latent < size; latent++) {
      const found = difference(own, reference, groups, size, latent)
      shift[perturbation * size + latent] = found.shift
      standardError[perturbation * size + latent] = found.standardError
    }
  })
  return { within, cells, shift, standardError }
}
