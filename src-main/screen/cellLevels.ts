import { ShiftscopeError } from '@contract/errors'
import { inSentence } from './inSentence'
import type { Covariate, Screen } from './screen'

/** Groups of cells that are alike in some columns of the cell annotation. */
export interface CellLevels {
  /** Group of each cell; -1 where one of the columns is empty. */
  readonly ofCell: Int32Array
  readonly count: number
}

/** Levels of one column. */
export interface ColumnLevels extends CellLevels {
  readonly names: readonly string[]
}

/** More different numbers than this are a measurement, not a label. */
const mostNumberLevels = 200

/**
 * Levels of whole numbers that count as labels (batch 1, 2, 3), in ascending order; cells without a number have none.
 * @returns null where the numbers are measurements
 */
export function levelsOfNumbers(values: Float64Array): ColumnLevels | null {
  const given = values.filter((value) => !Number.isNaN(value))
  const levels = [...new Set(given)].sort((a, b) => a - b)
  if (levels.length > mostNumberLevels || !levels.every(Number.isInteger)) return null
  const codeOf = new Map(levels.map((level, code) => [level, code]))
  return {
    ofCell: Int32Array.from(values, (value) => codeOf.get(value) ?? -1),
    count: levels.length,
    names: levels.map(String),
  }
}

/** Level of each cell in a column of texts; -1 where it is empty. */
export function levelsOfTexts({ codes, levels }: Covariate & { readonly kind: 'text' }): ColumnLevels {
  return { ofCell: codes, count: levels.length, names: levels }
}

/**
 * Level of each cell in one column; -1 where it is empty.
 * @param where the setting that names the column, for the problem
 * @throws ShiftscopeError `recipe/unknownColumn`, `recipe/columnOfMeasurements`
 */
export function columnLevels(
  { covariates }: Pick<Screen, 'covariates'>,
  name: string,
  where: string,
): ColumnLevels {
  if (!Object.hasOwn(covariates, name)) throw unknownColumn(name, Object.keys(covariates), where)
  const covariate = covariates[name]
  const levels = covariate.kind === 'text' ? levelsOfTexts(covariate) : levelsOfNumbers(covariate.values)
  if (levels === null) throw columnOfMeasurements(name, where)
  return levels
}

/**
 * Groups cells by the combinations of levels that occur in some columns; without columns all cells are one group.
 * @throws ShiftscopeError `recipe/unknownColumn`, `recipe/columnOfMeasurements`
 */
export function cellLevels(
  { covariates, counts }: Pick<Screen, 'covariates' | 'counts'>,
  columns: readonly string[],
): CellLevels {
  let groups: CellLevels = { ofCell: new Int32Array(counts.cells), count: 1 }
  for (const name of columns) {
    const column = columnLevels({ covariates }, name, 'compareWithin')
    const codeOf = new Map<number, number>()
    const ofCell = groups.ofCell.map((group, cell) => {
      const level = column.ofCell[cell]
      if (group < 0 || level < 0) return -1
      const combination = group * column.count + level
      const code = codeOf.get(combination) ?? codeOf.size
      codeOf.set(combination, code)
      return code
    })
    groups = { ofCell, count: codeOf.size }
  }
  return groups
}

function columnOfMeasurements(name: string, where: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'recipe/columnOfMeasurements',
    message: `The column "${name}" holds measurements, not labels: cells cannot be grouped by it.`,
    where,
    hint: 'Name a column of labels, for example the batch, the replicate or the cell type.',
  })
}

function unknownColumn(name: string, known: readonly string[], where: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'recipe/unknownColumn',
    message: `The cell annotation of the screen has no column "${name}".`,
    where,
    hint:
      known.length === 0
        ? 'The screen came without further columns: leave the column out.'
        : `Columns of this screen: ${inSentence(known)}.`,
  })
}
