import { z } from 'zod'
import { measurementNameSchema } from './measurement'
import { epochRecordSchema } from './run'
import { taskSchema } from './task'

/** What main tells the renderer without being asked. */
export const events = {
  /** A task was queued, moved on or ended. */
  'task/changed': z.object({ task: taskSchema }),
  /** A project's files changed (a step ended, a run began, another face wrote): ask for `projects/open` again. */
  'project/changed': z.object({ directory: z.string() }),
  /** Something about a run that the person should know; it is in `run.json` too. */
  'training/notice': z.object({ directory: z.string(), run: z.string(), message: z.string() }),
  /** How far a measurement is that was given a name (`app/diagnose`, `models/estimate`). */
  'measurement/changed': z.object({
    measurement: measurementNameSchema,
    /** Null while it cannot be known. */
    fraction: z.number().min(0).max(1).nullable(),
    message: z.string(),
    secondsLeft: z.number().min(0).nullable(),
  }),
  /** An epoch of a run ended. */
  'training/epoch': z.object({ directory: z.string(), run: z.string(), epoch: epochRecordSchema }),
} as const satisfies Record<string, z.ZodType>

export type EventName = keyof typeof events
export type EventBody<Name extends EventName> = z.output<(typeof events)[Name]>

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name)
}
