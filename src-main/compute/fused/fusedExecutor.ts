import { availableParallelism } from 'node:os'
import type { Executor } from '../executor'
import { FusedSession } from './fusedSession'
import { compileKernels, type KernelBuild } from './kernels'
import type { KernelWatch } from './team'

export interface FusedOptions {
  /** Threads that share each step; all cores unless told otherwise, at most eight. */
  readonly threads?: number
  /** The fastest build that the machine takes unless told otherwise. */
  readonly build?: KernelBuild
  /** Told of every kernel, for a profile. */
  readonly watch?: KernelWatch
}

/** More threads than this have too little to do each in a batch of 128 cells. */
const mostThreads = 8

function sharedMemoryWorks(): boolean {
  try {
    return (
      new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer instanceof SharedArrayBuffer
    )
  } catch {
    return false
  }
}

/**
 * The executor with fused WebAssembly kernels, for any CPU with 128-bit SIMD. Results depend on nothing but the
 * values, the build and the number of threads.
 * @throws Error where WebAssembly has no SIMD, or refuses the build asked for
 */
export function fusedExecutor(options: FusedOptions = {}): Executor {
  const wanted = Math.max(1, Math.min(options.threads ?? availableParallelism(), mostThreads))
  const threads = sharedMemoryWorks() ? wanted : 1
  const compiled = compileKernels(threads > 1, options.build)
  const simd = compiled.build === 'relaxed' ? 'relaxed SIMD' : 'SIMD'
  return {
    detail: `WebAssembly kernels with ${simd}, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
    open: (model, state) => new FusedSession(compiled, threads, model, state, options.watch),
  }
}
