import { nullSpace } from '../numerics/nullSpace'
import type { ColumnLevels } from '../screen/cellLevels'
import { controlCell, hasControls, type PreparedScreen } from '../screen/screen'

type LabelledCells = Pick<PreparedScreen, 'perturbations' | 'perturbationOfCell' | 'splitOfCell'>

/** Differences between means of dependent levels below this are rounding: they are ratios of numbers of cells. */
const rounding = 1e-6

/** Training cells of each perturbation, the last row control, in each level of all columns together. */
interface CellCounts {
  readonly rows: number
  readonly levels: number
  readonly ofRow: Float64Array
  /** Rows × levels. */
  readonly inLevel: Float64Array
  /** Cells that two levels share, levels × levels. */
  readonly together: Float64Array
}

function countCells(columns: readonly ColumnLevels[], screen: LabelledCells): CellCounts {
  const rows = screen.perturbations.length + 1
  const levels = columns.reduce((sum, { count }) => sum + count, 0)
  const ofRow = new Float64Array(rows)
  const inLevel = new Float64Array(rows * levels)
  const together = new Float64Array(levels * levels)
  screen.perturbationOfCell.forEach((perturbation, cell) => {
    if (screen.splitOfCell[cell] !== 'train') return
    const row = perturbation === controlCell ? rows - 1 : perturbation
    let before = 0
    const own = columns.map(({ ofCell, count }) => {
      const level = before + ofCell[cell]
      before += count
      return level
    })
    ofRow[row] += 1
    for (const level of own) {
      inLevel[row * levels + level] += 1
      for (const other of own) together[level * levels + other] += 1
    }
  })
  return { rows, levels, ofRow, inLevel, together }
}

/**
 * Perturbations whose effect cannot be told from what the columns explain, each level adding something of its own, as in
 * the analysis of variance: the contrast of the perturbation with the reference is not estimable. With one indicator
 * column for each level (C) and perturbation (P), that is so where some C γ is the same for all cells of each
 * perturbation, but not for this one and the reference: C γ then lies in the span of P. Such γ are the null space of
 *
 *   Cᵀ C − Cᵀ P (Pᵀ P)⁻¹ Pᵀ C
 *
 * which are counts of training cells. For a single column it is what a connected block design asks for. The reference is
 * control, or the largest group of perturbations that can be told apart in a screen without controls.
 * @param columns without empty values in training cells
 * @returns indices, ascending
 */
export function confoundedPerturbations(columns: readonly ColumnLevels[], screen: LabelledCells): number[] {
  const { rows, levels, ofRow, inLevel, together } = countCells(columns, screen)
  const within = together.slice()
  for (let row = 0; row < rows; row++) {
    if (ofRow[row] === 0) continue
    const cells = inLevel.subarray(row * levels, (row + 1) * levels)
    for (let level = 0; level < levels; level++) {
      if (cells[level] === 0) continue
      const share = cells[level] / ofRow[row]
      for (let other = 0; other < levels; other++) within[level * levels + other] -= share * cells[other]
    }
  }
  const directions = nullSpace(within, levels)
  const trained = Array.from({ length: rows }, (_, row) => row).filter((row) => ofRow[row] > 0)
  const groupOf = new Map<number, string>()
  for (const row of trained) {
    const means = directions.map((direction) => {
      let sum = 0
      for (let level = 0; level < levels; level++) sum += inLevel[row * levels + level] * direction[level]
      return Math.round(sum / ofRow[row] / rounding)
    })
    groupOf.set(row, means.map((mean) => mean + 0).join(' '))
  }
  const control = rows - 1
  const reference = hasControls(screen) && ofRow[control] > 0 ? groupOf.get(control) : largest(groupOf)
  return trained.filter((row) => row !== control && groupOf.get(row) !== reference)
}

function largest(groupOf: ReadonlyMap<number, string>): string {
  const sizes = new Map<string, number>()
  for (const group of groupOf.values()) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  return [...sizes].reduce((most, group) => (group[1] > most[1] ? group : most))[0]
}
