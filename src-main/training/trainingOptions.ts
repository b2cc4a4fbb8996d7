import type { ModelRecipe } from '@contract/recipe'
import type { EpochRecord, RunMetrics } from '@contract/run'
import type { Executor, ModelState } from '../compute/executor'
import type { Model } from '../compute/model'
import type { ModelStage } from '../models/stages'
import type { Checkpoint } from './checkpoint'
import type { Fallback } from './deviceFailure'
import type { TrainingData } from './trainingData'

export interface TrainingOptions {
  readonly data: TrainingData
  readonly configuration: ModelRecipe
  /** Which parts of the model are trained; all of them by default. */
  readonly stage?: ModelStage
  /** The values to start with; by default those that the seed gives. */
  readonly startFrom?: (model: Model) => ModelState
  /** Goes on from here; the run ends as if it had never stopped. */
  readonly resumeFrom?: Checkpoint
  readonly onEpoch: (record: EpochRecord) => void | Promise<void>
  /** Fraction of the present epoch (counted from 1) that is done. */
  readonly onProgress?: (fraction: number, epoch: number) => void
  /** Keeps a checkpoint: now and then, when paused, and at the end. */
  readonly onCheckpoint: (checkpoint: Checkpoint) => Promise<void>
  /** Pauses: a checkpoint is kept and the outcome is `paused`. */
  readonly signal?: AbortSignal
  /** Ends after the present epoch and keeps the result. */
  readonly finishSignal?: AbortSignal
  /** What to train on; by default the processor. */
  readonly executor?: Executor
  /** Told how the run is computed before its first step: with the threads that compute. */
  readonly onStart?: (configuration: ModelRecipe) => Promise<void>
  /** What goes on when the device fails; without it, its failure ends the run. */
  readonly fallback?: Fallback
  readonly secondsBetweenCheckpoints?: number
}

export interface TrainingOutcome {
  readonly state: 'done' | 'paused'
  /** The values at the end, for `interpret` or for going on. */
  readonly checkpoint: Checkpoint
  /** Why training ended before the last epoch, in words; null when it did not. */
  readonly stoppedBecause: string | null
  /** Null when paused before the first epoch ended. */
  readonly metrics: Omit<RunMetrics, 'peakMemoryBytes'> | null
}
