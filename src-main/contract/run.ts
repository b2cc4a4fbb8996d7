import { z } from 'zod'
import { problemSchema } from './errors'
import { modelRecipeSchema } from './recipe'

export const runStates = ['queued', 'running', 'paused', 'interrupted', 'done', 'failed'] as const
export type RunState = (typeof runStates)[number]

/** One line of `history.csv`: figures of one epoch. Losses are in nats per cell. */
export const epochRecordSchema = z.object({
  /** Counted from 1. */
  epoch: z.number().int(),
  /** Part of the run, counted from 1: 1 is the start and 2 the model itself where a run has a start, and else there is only 1. */
  phase: z.number().int().min(1).default(1),
  /** Seconds this epoch took. */
  seconds: z.number(),
  /** Weight of the KL term in this epoch, between 0 and 1. */
  klWeight: z.number(),
  trainNegativeElbo: z.number(),
  trainReconstruction: z.number(),
  trainKl: z.number(),
  /** Null without a validation split. */
  validationNegativeElbo: z.number().nullable(),
  validationReconstruction: z.number().nullable(),
  validationKl: z.number().nullable(),
  /** Sparsity term of the loss over all edges, before its weight, in nats. */
  sparsity: z.number(),
  /** Edges with probability over 0.5 among the trained perturbations; null for models that say nothing of edges. */
  edges: z.number().int().nullable(),
})
export type EpochRecord = z.infer<typeof epochRecordSchema>

/** Something about a run that the person should know and that did not end it: its device failed, another went on. */
export const runNoticeSchema = z.object({ at: z.iso.datetime(), message: z.string() })
export type RunNotice = z.infer<typeof runNoticeSchema>

/** How latents were turned between the phases of a run. */
export const rotationSchema = z.object({
  /** Σ log(1 + (shift / prior standard deviation)²) of the shifts as they were; lower is sparser. */
  identity: z.number(),
  /** The same at the end of each start of the search; the first of them starts at the identity. */
  starts: z.array(z.number()),
  /** Whether the lowest was taken: only where it is lower than the identity's. */
  turned: z.boolean(),
})
export type Rotation = z.infer<typeof rotationSchema>

export const runMetricsSchema = z.object({
  epochs: z.number().int(),
  bestEpoch: z.number().int(),
  trainNegativeElbo: z.number(),
  validationNegativeElbo: z.number().nullable(),
  /** Null, with the next two, for models that say nothing of edges. */
  edges: z.number().int().nullable(),
  /** Trained perturbations times latents. */
  possibleEdges: z.number().int().nullable(),
  /** Latents with at least one edge. */
  latentsInUse: z.number().int().nullable(),
  /** Null for runs of one phase. */
  rotation: rotationSchema.nullable().default(null),
  /** Wall-clock seconds spent in epochs. */
  trainingSeconds: z.number(),
  /** Largest resident memory of the training process, bytes. */
  peakMemoryBytes: z.number().int(),
})
export type RunMetrics = z.infer<typeof runMetricsSchema>

/** `runs/<id>/run.json`: full configuration, seed, versions, metrics. */
export const runSchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  state: z.enum(runStates),
  /** With the model's options filled in. */
  configuration: modelRecipeSchema,
  /** The device that trained, as shown to the person, and why it was chosen. */
  device: z.object({ name: z.string(), detail: z.string() }).nullable(),
  /** SHA-256 of the prepared `screen.h5ad` this run was trained on. */
  screenSha256: z.string(),
  cells: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }),
  genes: z.number().int(),
  perturbations: z.number().int(),
  versions: z.record(z.string(), z.string()),
  epochsDone: z.number().int(),
  /** Why training ended before the last epoch, in words; null when it did not. */
  stoppedBecause: z.string().nullable(),
  metrics: runMetricsSchema.nullable(),
  problem: problemSchema.nullable(),
  /** Oldest first. */
  notices: z.array(runNoticeSchema).default([]),
  /** Names the person gave to latents, by latent name (`z1` → `Interferon response`). */
  latentLabels: z.record(z.string(), z.string()),
})
export type Run = z.infer<typeof runSchema>
