import type { Executor } from '../executor'
import { GraphSession } from './graphSession'
import { startFastest, type GraphBackend } from './tfjsBackend'

/** The executor on tfjs, on the fastest backend that starts here unless told otherwise. */
export async function graphExecutor(start: () => Promise<GraphBackend> = startFastest): Promise<Executor> {
  const backend = await start()
  return { detail: backend.detail, open: (model, state) => new GraphSession(model, state) }
}
