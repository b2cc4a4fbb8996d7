import { z } from 'zod'
import { problemSchema } from '@contract/errors'
import { epochRecordSchema } from '@contract/run'

const id = z.number().int()

/** What main says to a worker. Checked by the worker. */
export const toWorkerSchema = z.discriminatedUnion('say', [
  z.strictObject({ say: z.literal('run'), id, job: z.string(), input: z.unknown() }),
  /** `cancel`: stop soon, keeping what can be resumed. `finish`: end well after the present epoch. */
  z.strictObject({ say: z.literal('stop'), id, how: z.enum(['cancel', 'finish']) }),
])
export type ToWorker = z.infer<typeof toWorkerSchema>

/** What a worker says to main. Checked by main. */
export const fromWorkerSchema = z.discriminatedUnion('say', [
  z.strictObject({
    say: z.literal('progress'),
    id,
    fraction: z.number().nullable(),
    message: z.string(),
  }),
  z.strictObject({ say: z.literal('log'), id, line: z.string() }),
  z.strictObject({ say: z.literal('epoch'), id, epoch: epochRecordSchema }),
  z.strictObject({ say: z.literal('notice'), id, message: z.string() }),
  z.strictObject({ say: z.literal('done'), id, output: z.unknown() }),
  /** The job ended because it was asked to. */
  z.strictObject({ say: z.literal('stopped'), id }),
  z.strictObject({ say: z.literal('failed'), id, problem: problemSchema }),
])
export type FromWorker = z.infer<typeof fromWorkerSchema>
