import type { Executor } from '../executor'
import { fusedExecutor } from '../fused/fusedExecutor'
import { graphExecutor } from '../graph/graphExecutor'

/** The engines of the processor; tests give others. */
export interface CpuEngines {
  readonly fused: (options: { threads: number | undefined }) => Executor
  readonly graph: () => Promise<Executor>
}

const engines: CpuEngines = { fused: fusedExecutor, graph: () => graphExecutor() }

/**
 * The processor: the fused kernels, or tfjs with the reason where they cannot be used.
 * @param threads null leaves their number to the engine
 */
export async function cpuExecutor(
  threads: number | null,
  { fused, graph }: CpuEngines = engines,
): Promise<Executor> {
  try {
    return fused({ threads: threads ?? undefined })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const executor = await graph()
    return { ...executor, detail: `${executor.detail}; the faster kernels could not be used: ${reason}` }
  }
}
