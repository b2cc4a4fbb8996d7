import { z } from 'zod'

/** What requests have in common. */

export const nothing = z.strictObject({})
export const inProject = z.strictObject({
  /** Absolute path of the project's folder. */
  directory: z.string().min(1),
})
export const inRun = inProject.extend({ run: z.string().min(1) })
export const startedTask = z.object({ task: z.string() })
