import { ShiftscopeError } from '@contract/errors'
import type { ModelRecipe } from '@contract/recipe'
import type { Executor } from '../compute/executor'
import { stateWithFixedMask, withNewOptimiser, type ModelStage } from '../models/stages'
import { partsOfPerturbations } from '../screen/combinations'
import type { PreparedScreen } from '../screen/screen'
import { batchesPerEpoch } from '../training/batches'
import type { Checkpoint } from '../training/checkpoint'
import { cellCovariates } from '../training/covariates'
import { train, type TrainingOptions, type TrainingOutcome } from '../training/train'
import { smallestBatch, trainingData, type TrainingData } from '../training/trainingData'

/** Step size with which the shifts of held-out perturbations are fitted, as published. */
const fittingRate = 0.005
/** The KL term has no weight in the first epoch of either part and its full weight after it, as published. */
const warmUp = 1

/** A part of the protocol that trains. */
export type TransferPart = Exclude<ModelStage, 'joint'>

/** Why the protocol says nothing about a run, in words; null where it does. */
export function reasonAgainstTransfer(
  { configuration, progress }: Pick<Checkpoint, 'configuration' | 'progress'>,
  heldOut: readonly boolean[],
): string | null {
  if (!heldOut.includes(true)) return 'No perturbation was held out.'
  if (configuration.start && progress.epoch < configuration.start.epochs) {
    return 'The run was ended in its start, before it had a mask.'
  }
  return configuration.model === 'sams-vae' ? 'The protocol is not defined for SAMS-VAE.' : null
}

/** Whether a model has shifts that can be fitted to held-out perturbations. */
export function hasShifts({ configuration }: Pick<Checkpoint, 'configuration'>): boolean {
  return configuration.model !== 'vae' && configuration.model !== 'beta-vae'
}

/**
 * The cells of held-out perturbations, to fit shifts to, for a run with these covariates.
 * @throws ShiftscopeError `evaluation/heldOutWithoutCells`, `evaluation/fewHeldOutCells`; as `cellCovariates`
 */
export function heldOutData(
  screen: PreparedScreen,
  { covariates: columns }: Pick<ModelRecipe, 'covariates'>,
): TrainingData {
  const trainingCells = Uint32Array.from(screen.splitOfCell.keys()).filter(
    (cell) => screen.splitOfCell[cell] === 'test',
  )
  const seen = new Set(Array.from(trainingCells, (cell) => screen.perturbationOfCell[cell]))
  const empty = screen.perturbations.filter((_, index) => screen.heldOut[index] && !seen.has(index))
  if (empty.length > 0) {
    throw new ShiftscopeError({
      code: 'evaluation/heldOutWithoutCells',
      message: `The screen has no cells of ${empty.length} held-out ${empty.length === 1 ? 'perturbation' : 'perturbations'}: ${empty.slice(0, 5).join(', ')}.`,
      where: 'screen',
      hint: 'Prepare the screen again with a hold-out of perturbations that have cells.',
    })
  }
  if (trainingCells.length < smallestBatch) {
    throw new ShiftscopeError({
      code: 'evaluation/fewHeldOutCells',
      message: `Only ${trainingCells.length} cells are held out; shifts cannot be fitted to them.`,
      where: 'screen',
      hint: `Hold out perturbations with at least ${smallestBatch} cells together, then prepare and train again.`,
    })
  }
  const { counts, genes, perturbationOfCell, heldOut, perturbations } = screen
  const covariates = cellCovariates(screen, columns)
  return {
    counts,
    covariates: covariates.ofCells,
    covariateLevels: covariates.levels,
    genes: genes.symbols,
    perturbationOfCell,
    parts: partsOfPerturbations(perturbations),
    perturbations: perturbations.length,
    trained: heldOut,
    trainingCells,
    validationCells: new Uint32Array(0),
  }
}

/** Steps of the optimiser that a part takes when it is not stopped early. */
export function stepsOf(part: TransferPart, screen: PreparedScreen, trained: Checkpoint): number {
  const { epochs, batchSize } = trained.configuration
  const { trainingCells } = (part === 'shifts' ? heldOutData : trainingData)(screen, trained.configuration)
  return epochs * batchesPerEpoch(trainingCells.length, batchSize)
}

export interface TransferOptions extends Pick<
  TrainingOptions,
  'onCheckpoint' | 'onProgress' | 'signal' | 'secondsBetweenCheckpoints'
> {
  readonly screen: PreparedScreen
  readonly executor: Executor
  /** Where an earlier attempt at this part ended. */
  readonly resumeFrom?: Checkpoint
}

function trainPart(
  options: TransferOptions,
  changes: Pick<TrainingOptions, 'stage' | 'startFrom' | 'data' | 'configuration'>,
): Promise<TrainingOutcome> {
  const { executor, resumeFrom, onCheckpoint, onProgress, signal, secondsBetweenCheckpoints } = options
  const watching = { onCheckpoint, onProgress, signal, secondsBetweenCheckpoints }
  return train({ ...changes, ...watching, executor, resumeFrom, onEpoch: () => undefined })
}

/**
 * First part of the published transfer protocol: binarises the mask (an edge is a probability over 0.5; a held-out
 * perturbation has all edges and shifts of 0) and trains the rest of the model again on the training cells.
 * @param trained end of the run
 */
export function retrainWithFixedMask(
  trained: Checkpoint,
  options: TransferOptions,
): Promise<TrainingOutcome> {
  return trainPart(options, {
    stage: 'fixedMask',
    configuration: { ...trained.configuration, warmUp },
    data: trainingData(options.screen, trained.configuration),
    startFrom: (model) => stateWithFixedMask(model, trained.state, options.screen.heldOut),
  })
}

/**
 * Second part: freezes all but the shifts and fits those of the held-out perturbations to all their cells, at one step
 * size and without early stopping. Dropout and the statistics of each batch act as in training.
 * @param retrained end of the first part
 * @throws ShiftscopeError as `heldOutData`
 */
export function fitShifts(retrained: Checkpoint, options: TransferOptions): Promise<TrainingOutcome> {
  const { parameters, statistics } = retrained.state
  const rate = { learningRate: fittingRate, finalLearningRate: null, shiftRate: 1 }
  return trainPart(options, {
    stage: 'shifts',
    configuration: { ...retrained.configuration, ...rate, warmUp, patience: null },
    data: heldOutData(options.screen, retrained.configuration),
    startFrom: (model) => withNewOptimiser(model, parameters, statistics),
  })
}
