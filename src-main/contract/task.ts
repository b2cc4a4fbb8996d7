import { z } from 'zod'
import { problemSchema } from './errors'

export const taskKinds = [
  'import',
  'measureEffects',
  'prepare',
  'train',
  'evaluate',
  'baselines',
  'export',
  'simulate',
] as const
export type TaskKind = (typeof taskKinds)[number]
export const taskStates = ['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const
export type TaskState = (typeof taskStates)[number]

/** Something that takes more than a second: shown in the task drawer, can be cancelled. */
export const taskSchema = z.object({
  id: z.string(),
  kind: z.enum(taskKinds),
  /** "Import the screen", "Train sVAE+ (seed 0)". */
  title: z.string(),
  /** Folder of the project; of the simulated screen, for `simulate`. */
  directory: z.string(),
  /** The run, for `train`, `evaluate` and `export`. */
  run: z.string().nullable(),
  state: z.enum(taskStates),
  /** Between 0 and 1; null while it cannot be known. */
  fraction: z.number().min(0).max(1).nullable(),
  /** What is being done right now. */
  message: z.string(),
  secondsLeft: z.number().min(0).nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  problem: problemSchema.nullable(),
  /** Last lines of the log, oldest first. */
  log: z.array(z.string()),
})
export type Task = z.infer<typeof taskSchema>
