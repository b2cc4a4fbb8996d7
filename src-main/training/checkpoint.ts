import { ShiftscopeError } from '@contract/errors'
import { modelRecipeSchema, type ModelRecipe } from '@contract/recipe'
import { epochRecordSchema, rotationSchema, type EpochRecord, type Rotation } from '@contract/run'
import { z } from 'zod'
import type { ModelState } from '../compute/executor'
import { sizeOf, type Model, type NamedTensors, type TensorDescription } from '../compute/model'
import type { ScreenSize } from '../models/createModel'
import { modelStages, type ModelStage } from '../models/stages'
import { phaseAfter } from './phases'
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from './safetensors'

/** Sums over the batches of an unfinished epoch. */
export interface EpochSums {
  readonly cells: number
  readonly logLikelihood: number
  readonly kl: number
  /** Of the last batch. */
  readonly sparsity: number
  readonly seconds: number
}

/** How far a run has come. */
export interface Progress {
  /** Epochs finished. */
  readonly epoch: number
  /** Batches of the next epoch that are done. */
  readonly batch: number
  readonly sums: EpochSums
  readonly history: readonly EpochRecord[]
  /** How latents were turned after the start of the run; null before that, and without a start. */
  readonly rotation: Rotation | null
}

/** "epoch 3, batch 4 of 9", both counted from 1. */
export function placeOf({ epoch, batch }: Pick<Progress, 'epoch' | 'batch'>, batches: number): string {
  return `epoch ${epoch + 1}, batch ${batch + 1} of ${batches}`
}

/** Everything needed to go on with a run as if it had never stopped, and to interpret it. */
export interface Checkpoint {
  readonly stage: ModelStage
  readonly configuration: ModelRecipe
  readonly size: ScreenSize
  readonly progress: Progress
  readonly state: ModelState
}

export const noSums: EpochSums = { cells: 0, logLikelihood: 0, kl: 0, sparsity: 0, seconds: 0 }
/** Of a run before its first step. */
export const unbegun: Progress = { epoch: 0, batch: 0, sums: noSums, history: [], rotation: null }

const documentSchema = z.object({
  version: z.literal(1),
  /** Checkpoints written before there were stages do not say. */
  stage: z.enum(modelStages).default('joint'),
  configuration: modelRecipeSchema,
  size: z.object({
    genes: z.number().int(),
    perturbations: z.number().int(),
    /** Checkpoints written before there were covariates do not say. */
    covariateLevels: z.number().int().default(0),
    trainingCells: z.number().int(),
  }),
  progress: z.object({
    epoch: z.number().int(),
    batch: z.number().int(),
    sums: z.object({
      cells: z.number(),
      logLikelihood: z.number(),
      kl: z.number(),
      sparsity: z.number(),
      seconds: z.number(),
    }),
    history: z.array(epochRecordSchema),
    rotation: rotationSchema.nullable().default(null),
  }),
  adamSteps: z.number().int(),
})

const groups = ['parameter', 'statistic', 'adam.first', 'adam.second'] as const

function groupsOf(state: ModelState): Record<(typeof groups)[number], NamedTensors> {
  return {
    parameter: state.parameters,
    statistic: state.statistics,
    'adam.first': state.adam.firstMoments,
    'adam.second': state.adam.secondMoments,
  }
}

function descriptionsOf(model: Model, group: (typeof groups)[number]): readonly TensorDescription[] {
  return group === 'statistic' ? model.statistics : model.parameters
}

/** The checkpoint as bytes in the safetensors layout, readable by other tools. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { stage, configuration, size, progress, state } = checkpoint
  const { model } = phaseAfter(configuration, size, progress.epoch, stage)
  const values = groupsOf(state)
  const tensors: NamedTensor[] = groups.flatMap((group) =>
    descriptionsOf(model, group).map(({ name, shape }) => ({
      name: `${group}/${name}`,
      shape,
      values: values[group][name],
    })),
  )
  const document: z.input<typeof documentSchema> = {
    version: 1,
    stage,
    configuration,
    size,
    progress: { ...progress, history: [...progress.history] },
    adamSteps: state.adam.steps,
  }
  return encodeSafetensors(tensors, { shiftscope: JSON.stringify(document) })
}

function parseDocument(text: string | undefined): z.output<typeof documentSchema> {
  try {
    return documentSchema.parse(JSON.parse(text ?? ''))
  } catch (error) {
    throw new ShiftscopeError({
      code: 'checkpoint/damaged',
      message: 'The checkpoint is damaged or was written by another version of Shiftscope.',
      hint: 'Start the run again.',
      details: String(error),
    })
  }
}

/**
 * Reads a checkpoint.
 * @throws ShiftscopeError `checkpoint/damaged`
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const { stage, configuration, size, progress, adamSteps } = parseDocument(metadata.shiftscope)
  const { model } = phaseAfter(configuration, size, progress.epoch, stage)
  const valuesByName = new Map(tensors.map(({ name, values }) => [name, values]))
  const read = (group: (typeof groups)[number]): NamedTensors =>
    Object.fromEntries(
      descriptionsOf(model, group).map(({ name, shape }) => {
        const values = valuesByName.get(`${group}/${name}`)
        if (values?.length !== sizeOf(shape)) {
          throw new ShiftscopeError({
            code: 'checkpoint/damaged',
            message: 'The checkpoint does not hold the model it should.',
            hint: 'Start the run again.',
            details: `tensor ${group}/${name}`,
          })
        }
        return [name, values]
      }),
    )
  return {
    stage,
    configuration,
    size,
    progress,
    state: {
      parameters: read('parameter'),
      statistics: read('statistic'),
      adam: {
        steps: adamSteps,
        firstMoments: read('adam.first'),
        secondMoments: read('adam.second'),
      },
    },
  }
}

/** @throws ShiftscopeError `checkpoint/otherScreen` where a checkpoint is of a screen of other sizes */
export function requireSameScreen(kept: ScreenSize, present: ScreenSize): void {
  const same =
    kept.genes === present.genes &&
    kept.perturbations === present.perturbations &&
    kept.covariateLevels === present.covariateLevels &&
    kept.trainingCells === present.trainingCells
  if (same) return
  throw new ShiftscopeError({
    code: 'checkpoint/otherScreen',
    message: 'The checkpoint belongs to a screen that was prepared differently.',
    hint: 'Start a new run on the screen as it is now.',
    details: JSON.stringify({ kept, present }),
  })
}
