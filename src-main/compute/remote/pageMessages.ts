import { z } from 'zod'

/** What a worker and the desktop's main process say about hidden pages. The worker numbers its pages. */

const page = z.number().int()

/** What a worker asks for. */
export const pageRequestSchema = z.discriminatedUnion('say', [
  z.strictObject({ say: z.literal('openGraphicsPage'), page }),
  z.strictObject({ say: z.literal('closeGraphicsPage'), page }),
])
export type PageRequest = z.infer<typeof pageRequestSchema>

/** What main answers. */
export const pageNewsSchema = z.discriminatedUnion('say', [
  /** It is open; its port comes with the message. */
  z.strictObject({ say: z.literal('graphicsPageOpen'), page }),
  /** It was closed, crashed or could not be opened. */
  z.strictObject({ say: z.literal('graphicsPageGone'), page }),
])
export type PageNews = z.infer<typeof pageNewsSchema>
