import { ShiftscopeError } from '@contract/errors'
import type { ModelRecipe } from '@contract/recipe'
import type { SplitName } from '@contract/reports'
import type { ObservedCells } from '../compute/executor'
import type { Model } from '../compute/model'
import type { ScreenSize } from '../models/createModel'
import { partsOfPerturbations } from '../screen/combinations'
import { controlCell, type PreparedScreen } from '../screen/screen'
import { cellCovariates } from './covariates'

/** What training needs of a prepared screen. */
export interface TrainingData extends ObservedCells {
  /** Levels of all covariates together; 0 without covariates. */
  readonly covariateLevels: number
  /** Symbols of the genes. */
  readonly genes: readonly string[]
  /** Index of each cell's perturbation, or `controlCell`. */
  readonly perturbationOfCell: Int32Array
  /** For each perturbation those that it consists of, for models that add parts (see `partsOfPerturbations`). */
  readonly parts: readonly (readonly number[])[]
  /** Number of perturbations, held-out ones included. */
  readonly perturbations: number
  /** For each perturbation whether the model sees cells of it. */
  readonly trained: readonly boolean[]
  readonly trainingCells: Uint32Array
  readonly validationCells: Uint32Array
}

/** Fewest cells of a batch: BatchNorm needs a variance. */
export const smallestBatch = 3

function cellsOf(screen: PreparedScreen, split: SplitName): Uint32Array {
  const cells: number[] = []
  screen.splitOfCell.forEach((name, cell) => {
    if (name === split) cells.push(cell)
  })
  return Uint32Array.from(cells)
}

/**
 * The training and validation cells of a prepared screen, for a run with these covariates.
 * @throws ShiftscopeError `training/tooFewCells` without at least three training cells; as `cellCovariates`
 */
export function trainingData(
  screen: PreparedScreen,
  { covariates: columns }: Pick<ModelRecipe, 'covariates'>,
): TrainingData {
  const trainingCells = cellsOf(screen, 'train')
  if (trainingCells.length < smallestBatch) {
    throw new ShiftscopeError({
      code: 'training/tooFewCells',
      message: `Only ${trainingCells.length} cells are left for training.`,
      where: 'split',
      hint: 'Loosen the quality thresholds or hold out fewer perturbations, then prepare the screen again.',
    })
  }
  const trained = screen.perturbations.map(() => false)
  for (const cell of trainingCells) {
    const perturbation = screen.perturbationOfCell[cell]
    if (perturbation !== controlCell) trained[perturbation] = true
  }
  const covariates = cellCovariates(screen, columns)
  return {
    counts: screen.counts,
    covariates: covariates.ofCells,
    covariateLevels: covariates.levels,
    genes: screen.genes.symbols,
    perturbationOfCell: screen.perturbationOfCell,
    parts: partsOfPerturbations(screen.perturbations),
    perturbations: screen.perturbations.length,
    trained,
    trainingCells,
    validationCells: cellsOf(screen, 'validation'),
  }
}

/** What a model must know of the screen. */
export function screenSize(data: TrainingData): ScreenSize {
  return {
    genes: data.counts.genes,
    perturbations: data.perturbations,
    covariateLevels: data.covariateLevels,
    trainingCells: data.trainingCells.length,
  }
}

/**
 * For each perturbation whether a model learns parameters of it: those it sees cells of, or, where it adds parts, those
 * that cells it sees carry. A combination that is the sum of its parts has no parameters to learn.
 */
export function learntPerturbations(
  { addsParts }: Pick<Model, 'addsParts'>,
  { parts, trained }: Pick<TrainingData, 'parts' | 'trained'>,
): readonly boolean[] {
  if (!addsParts) return trained
  const carried = new Set(parts.flatMap((rows, perturbation) => (trained[perturbation] ? rows : [])))
  return trained.map((_, perturbation) => carried.has(perturbation))
}
