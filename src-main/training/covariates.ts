import { ShiftscopeError } from '@contract/errors'
import { designOf, type Design } from '../compute/design'
import { columnLevels, type ColumnLevels } from '../screen/cellLevels'
import { inSentence } from '../screen/inSentence'
import { controlCell, hasControls, type PreparedScreen } from '../screen/screen'

/** More levels than this are no covariate: few cells are left of each to learn its weights from. */
const mostLevels = 50
const where = 'covariates'

/** What models are told of batch, replicate or cell type of the cells of a screen. */
export interface CellCovariates {
  /** Levels of all columns together. */
  readonly levels: number
  /** Level of each cell in each column, those of the second column counted after those of the first; null without columns. */
  readonly ofCells: Design | null
}

type AnnotatedCells = Pick<
  PreparedScreen,
  'covariates' | 'perturbations' | 'perturbationOfCell' | 'splitOfCell'
>

function count(number: number, one: string): string {
  return `${number.toLocaleString('en-US')} ${one}${number === 1 ? '' : 's'}`
}

function requireFilled(name: string, { ofCell }: ColumnLevels): void {
  const empty = ofCell.reduce((sum, level) => sum + (level < 0 ? 1 : 0), 0)
  if (empty === 0) return
  throw new ShiftscopeError({
    code: 'covariate/missingValues',
    message: `The column "${name}" is empty in ${count(empty, 'cell')} of ${ofCell.length.toLocaleString('en-US')}.`,
    where,
    hint: 'Give every cell a value in the cell annotation (a level of their own for unknown ones will do) and import again, or leave the column out of the covariates.',
  })
}

/** Index of each level among those that training cells have; -1 for others. */
function trainedLevels(name: string, column: ColumnLevels, { splitOfCell }: AnnotatedCells): Int32Array {
  const inTraining = new Uint8Array(column.count)
  column.ofCell.forEach((level, cell) => {
    if (splitOfCell[cell] === 'train') inTraining[level] = 1
  })
  const indexOf = new Int32Array(column.count).fill(-1)
  let levels = 0
  inTraining.forEach((seen, level) => {
    if (seen) indexOf[level] = levels++
  })
  if (levels === 1) {
    throw new ShiftscopeError({
      code: 'covariate/oneLevel',
      message: `All training cells have the same value in the column "${name}": ${column.names[inTraining.indexOf(1)]}.`,
      where,
      hint: 'A covariate needs at least two levels: leave the column out of the covariates.',
    })
  }
  if (levels > mostLevels) {
    throw new ShiftscopeError({
      code: 'covariate/tooManyLevels',
      message: `The column "${name}" has ${levels.toLocaleString('en-US')} levels; a covariate may have ${mostLevels}.`,
      where,
      hint: 'Name a column with few levels, such as batch, replicate or cell type, or merge levels in the cell annotation.',
    })
  }
  return indexOf
}

/** Nothing is learnt of a level without training cells: what a model would say of its cells would be made up. */
function requireTrained(name: string, column: ColumnLevels, indexOf: Int32Array): void {
  const unseen = new Map<number, number>()
  for (const level of column.ofCell) {
    if (indexOf[level] < 0) unseen.set(level, (unseen.get(level) ?? 0) + 1)
  }
  if (unseen.size === 0) return
  const [[level, cells]] = unseen
  const others = unseen.size > 1 ? `, and likewise ${count(unseen.size - 1, 'other level')}` : ''
  throw new ShiftscopeError({
    code: 'covariate/untrainedLevel',
    message: `The level "${column.names[level]}" of the column "${name}" occurs in no training cell, but in ${count(cells, 'cell')} that ${cells === 1 ? 'is' : 'are'} held out or kept for validation${others}.`,
    where,
    hint: 'Leave the column out of the covariates, or prepare the screen with a hold-out (or another seed of the split) that leaves training cells in every level.',
  })
}

/**
 * Perturbations whose effect cannot be told from that of the levels in which their training cells are. Perturbations
 * (and control) are joined where they have cells in the same level; effects can be told apart among those that are
 * joined, directly or through others, as in a connected block design. The reference is control, or the largest
 * joined group in a screen without controls.
 */
function confounded(column: ColumnLevels, screen: AnnotatedCells): number[] {
  const { perturbationOfCell, perturbations, splitOfCell } = screen
  const control = perturbations.length
  // Perturbations, control, levels: each points towards the first of its group.
  const leaders = Int32Array.from({ length: control + 1 + column.count }, (_, at) => at)
  const leaderOf = (at: number): number => {
    while (leaders[at] !== at) at = leaders[at]
    return at
  }
  const trained = new Set<number>()
  column.ofCell.forEach((level, cell) => {
    if (splitOfCell[cell] !== 'train') return
    const perturbation = perturbationOfCell[cell]
    const row = perturbation === controlCell ? control : perturbation
    trained.add(row)
    leaders[leaderOf(control + 1 + level)] = leaderOf(row)
  })
  const sizes = new Map<number, number>()
  for (const row of trained) sizes.set(leaderOf(row), (sizes.get(leaderOf(row)) ?? 0) + 1)
  const largest = [...sizes].reduce((most, group) => (group[1] > most[1] ? group : most))[0]
  const reference = hasControls(screen) && trained.has(control) ? leaderOf(control) : largest
  return [...trained].filter((row) => row !== control && leaderOf(row) !== reference).sort((a, b) => a - b)
}

function requireMixed(name: string, column: ColumnLevels, screen: AnnotatedCells): void {
  const trained = new Set(
    Array.from(screen.perturbationOfCell, (perturbation, cell) =>
      screen.splitOfCell[cell] === 'train' ? perturbation : controlCell,
    ),
  )
  trained.delete(controlCell)
  const apart = confounded(column, screen).length
  // Without control the largest group is one perturbation where each has levels of its own.
  const all = hasControls(screen) ? trained.size : trained.size - 1
  if (apart === 0 || apart < all) return
  throw new ShiftscopeError({
    code: 'covariate/confounded',
    message: `The column "${name}" tells the perturbations${hasControls(screen) ? ' from control' : ' from each other'}: none shares a level with ${hasControls(screen) ? 'control cells' : 'another'}, directly or through other perturbations, so no effect can be told from that of the level.`,
    where,
    hint: 'Leave the column out of the covariates.',
  })
}

/**
 * The covariates of all cells of a screen, and whether a model can learn them.
 * @throws ShiftscopeError `recipe/unknownColumn`, `recipe/columnOfMeasurements`, `covariate/missingValues`,
 *   `covariate/oneLevel`, `covariate/tooManyLevels`, `covariate/untrainedLevel`, `covariate/confounded`
 */
export function cellCovariates(screen: AnnotatedCells, columns: readonly string[]): CellCovariates {
  if (columns.length === 0) return { levels: 0, ofCells: null }
  const levelsOfCells = screen.splitOfCell.map((): number[] => [])
  let levels = 0
  for (const name of new Set(columns)) {
    const column = columnLevels(screen, name, where)
    requireFilled(name, column)
    const indexOf = trainedLevels(name, column, screen)
    requireTrained(name, column, indexOf)
    requireMixed(name, column, screen)
    column.ofCell.forEach((level, cell) => levelsOfCells[cell].push(levels + indexOf[level]))
    levels += indexOf.reduce((most, index) => Math.max(most, index + 1), 0)
  }
  return { levels, ofCells: designOf(levelsOfCells) }
}

/** What a person should know of the covariates of a run although it can be trained. */
export function covariateNotices(screen: AnnotatedCells, columns: readonly string[]): string[] {
  return [...new Set(columns)].flatMap((name) => {
    const apart = confounded(columnLevels(screen, name, where), screen)
    if (apart.length === 0) return []
    const names = inSentence(apart.map((perturbation) => screen.perturbations[perturbation]))
    const others = hasControls(screen) ? 'control cells' : 'the others'
    return [
      `The training cells of ${names} share no level of the column "${name}" with ${others}, directly or through other perturbations: what the column explains cannot be told from their effect.`,
    ]
  })
}
