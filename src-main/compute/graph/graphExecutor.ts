import type { Executor } from '../executor'
import type { GraphBackend } from './graphBackend'
import { noiseTensors } from '../drawNoise'
import { GraphSession } from './graphSession'
import { startFastest } from './wasmBackend'

/** The executor on tfjs, on the fastest backend that starts here unless told otherwise. */
export async function graphExecutor(start: () => Promise<GraphBackend> = startFastest): Promise<Executor> {
  const backend = await start()
  return {
    detail: backend.detail,
    open: (model, state) => new GraphSession(backend, model, state, noiseTensors),
  }
}
