import type { LikelihoodEstimate, TransferEvaluation } from '@contract/evaluation'
import type { Executor } from '../compute/executor'
import { quantile } from '../numerics/statistics'
import type { LongWork } from '../screen/longWork'
import type { PreparedScreen } from '../screen/screen'
import type { Checkpoint } from '../training/checkpoint'
import { phaseAfter } from '../training/phases'
import {
  importanceWeightedLikelihood,
  type Estimate,
  type ImportanceWeightedLikelihood,
} from './importanceWeightedLikelihood'
import { heldOutData } from './transfer'

/**
 * Importance-weighted log-likelihood of all cells of held-out perturbations under one stage of the protocol.
 * @throws ShiftscopeError as `heldOutData` and `importanceWeightedLikelihood`
 */
export async function heldOutLikelihood(
  { configuration, size, stage, progress, state }: Checkpoint,
  screen: PreparedScreen,
  options: LongWork & { readonly executor: Executor; readonly particles: number },
): Promise<ImportanceWeightedLikelihood> {
  const { trainingCells: cells, ...data } = heldOutData(screen, configuration)
  const { model } = phaseAfter(configuration, size, progress.epoch, stage)
  const session = options.executor.open(model, state)
  try {
    return await importanceWeightedLikelihood(
      session,
      { ...data, cells },
      { ...options, seed: configuration.seed },
    )
  } finally {
    session.close()
  }
}

function negative({ value, standardError }: Estimate): LikelihoodEstimate {
  return { value: -value, standardError: Number.isFinite(standardError) ? standardError : null }
}

function sampleSizes({ effectiveSampleSize }: ImportanceWeightedLikelihood) {
  return { median: quantile(effectiveSampleSize, 0.5), smallest: quantile(effectiveSampleSize, 0) }
}

/** The two likelihoods side by side, as negative log-likelihoods. */
export function transferEvaluation(
  before: ImportanceWeightedLikelihood,
  after: ImportanceWeightedLikelihood,
  names: readonly string[],
  epochs: TransferEvaluation['epochs'],
): TransferEvaluation {
  const both = (of: (likelihood: ImportanceWeightedLikelihood) => Estimate) => ({
    before: negative(of(before)),
    after: negative(of(after)),
  })
  return {
    particles: after.particles,
    epochs,
    perturbations: after.perPerturbation
      .map(({ perturbation, cells }, index) => ({
        name: names[perturbation],
        cells,
        ...both(({ perPerturbation }) => perPerturbation[index].mean),
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    mean: both(({ meanOverPerturbations }) => meanOverPerturbations),
    sumOverCells: both(({ sumOverCells }) => sumOverCells),
    effectiveSampleSize: { before: sampleSizes(before), after: sampleSizes(after) },
  }
}
