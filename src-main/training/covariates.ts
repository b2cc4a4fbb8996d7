import { ShiftscopeError } from '@contract/errors'
import { designOf, type Design } from '../compute/design'
import { columnLevels, type ColumnLevels } from '../screen/cellLevels'
import { inSentence } from '../screen/inSentence'
import { controlCell, hasControls, type PreparedScreen } from '../screen/screen'
import { confoundedPerturbations } from './confounding'

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

/** A column with its name. */
interface NamedColumn extends ColumnLevels {
  readonly name: string
}

/** Of columns that together are confounded with perturbations, those that are needed for it. */
function responsible(columns: readonly NamedColumn[], screen: AnnotatedCells): NamedColumn[] {
  const apart = confoundedPerturbations(columns, screen).length
  return columns.reduce<NamedColumn[]>(
    (kept, column) => {
      const without = kept.filter((other) => other !== column)
      return confoundedPerturbations(without, screen).length === apart ? without : kept
    },
    [...columns],
  )
}

/** `The column "batch"`, `The columns "batch" and "lane"`. */
function named(columns: readonly NamedColumn[]): string {
  const names = inSentence(columns.map(({ name }) => `"${name}"`))
  return columns.length === 1 ? `The column ${names}` : `The columns ${names}`
}

/** Refuses columns from whose levels no effect can be told. */
function requireMixed(columns: readonly NamedColumn[], screen: AnnotatedCells): void {
  const trained = new Set(
    Array.from(screen.perturbationOfCell, (perturbation, cell) =>
      screen.splitOfCell[cell] === 'train' ? perturbation : controlCell,
    ),
  )
  trained.delete(controlCell)
  const apart = confoundedPerturbations(columns, screen).length
  // Without control the largest group is one perturbation where each has levels of its own.
  const all = hasControls(screen) ? trained.size : trained.size - 1
  if (apart === 0 || apart < all) return
  const [others, another] = hasControls(screen)
    ? ['from control', 'control cells']
    : ['from each other', 'another']
  const guilty = responsible(columns, screen)
  throw new ShiftscopeError({
    code: 'covariate/confounded',
    message:
      guilty.length === 1
        ? `${named(guilty)} tells the perturbations ${others}: none shares a level with ${another}, directly or through other perturbations, so no effect can be told from that of the level.`
        : `${named(guilty)} together tell the perturbations ${others}: their levels add up to the perturbation of a cell, so no effect can be told from theirs.`,
    where,
    hint:
      guilty.length === 1
        ? 'Leave the column out of the covariates.'
        : 'Leave one of these columns out of the covariates.',
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
  const chosen = namedColumns(screen, columns)
  for (const column of chosen) {
    requireFilled(column.name, column)
    const indexOf = trainedLevels(column.name, column, screen)
    requireTrained(column.name, column, indexOf)
    requireMixed([column], screen)
    column.ofCell.forEach((level, cell) => levelsOfCells[cell].push(levels + indexOf[level]))
    levels += indexOf.reduce((most, index) => Math.max(most, index + 1), 0)
  }
  requireMixed(chosen, screen)
  return { levels, ofCells: designOf(levelsOfCells) }
}

function namedColumns(screen: AnnotatedCells, columns: readonly string[]): NamedColumn[] {
  return [...new Set(columns)].map((name) => ({ name, ...columnLevels(screen, name, where) }))
}

/** What a person should know of the covariates of a run although it can be trained. */
export function covariateNotices(screen: AnnotatedCells, columns: readonly string[]): string[] {
  const chosen = namedColumns(screen, columns)
  const told = new Set<number>()
  const namesOf = (perturbations: readonly number[]) =>
    inSentence(perturbations.map((perturbation) => screen.perturbations[perturbation]))
  const ofOne = chosen.flatMap((column) => {
    const apart = confoundedPerturbations([column], screen)
    if (apart.length === 0) return []
    for (const perturbation of apart) told.add(perturbation)
    const others = hasControls(screen) ? 'control cells' : 'the others'
    return [
      `The training cells of ${namesOf(apart)} share no level of the column "${column.name}" with ${others}, directly or through other perturbations: what the column explains cannot be told from their effect.`,
    ]
  })
  const together = confoundedPerturbations(chosen, screen).filter((perturbation) => !told.has(perturbation))
  if (together.length === 0) return ofOne
  return [
    ...ofOne,
    `${named(responsible(chosen, screen))} together tell ${namesOf(together)} from ${hasControls(screen) ? 'control' : 'the others'}: what they explain cannot be told from ${together.length === 1 ? 'its' : 'their'} effect.`,
  ]
}
