import { availableParallelism } from 'node:os'
import type { ModelState, Executor } from '../executor'
import type { Model } from '../model'
import { FusedSession } from './fusedSession'
import { compileKernels, type KernelBuild, type ReadBuild } from './kernels'
import { KernelMemory } from './memory'
import type { TeamOptions } from './team'

export interface FusedOptions extends TeamOptions {
  /** Threads that share each step; all cores unless told otherwise. */
  readonly threads?: number
  /** The fastest build that the machine takes unless told otherwise. */
  readonly build?: KernelBuild
  /** Reads the compiled kernels; tests give others. */
  readonly read?: ReadBuild
  /** Gives memory; tests refuse it. @throws RangeError where the system has none of that kind */
  readonly giveMemory?: (shared: boolean) => KernelMemory
}

export interface FusedExecutor extends Executor {
  /** Threads of each session, unless they do not start in time. */
  readonly threads: number
  open(model: Model, state: ModelState): FusedSession
}

function isSharedMemoryGiven(giveMemory: (shared: boolean) => KernelMemory): boolean {
  try {
    return giveMemory(true).memory.buffer instanceof SharedArrayBuffer
  } catch {
    return false
  }
}

/**
 * The executor with fused WebAssembly kernels, for any CPU with 128-bit SIMD. Results depend on nothing but the
 * values, the build and the number of threads. Where the system gives no memory that threads can share, one thread
 * computes, and `detail` says so.
 * @throws ShiftscopeError `engine/kernelsRefused` where WebAssembly has no SIMD, or refuses the build asked for
 */
export function fusedExecutor(options: FusedOptions = {}): FusedExecutor {
  const { giveMemory = (shared: boolean) => new KernelMemory(shared) } = options
  const wanted = options.threads ?? availableParallelism()
  const threads = wanted > 1 && isSharedMemoryGiven(giveMemory) ? wanted : 1
  const compiled = compileKernels(threads > 1, options.build, options.read)
  const simd = compiled.build === 'relaxed' ? 'relaxed SIMD' : 'SIMD'
  const count = threads === 1 ? 'one thread' : `${threads} threads`
  const refused = threads < wanted ? ' (the system gives no memory that threads can share)' : ''
  return {
    detail: `WebAssembly kernels with ${simd}, ${count}${refused}`,
    threads,
    open: (model, state) => new FusedSession(compiled, threads, model, state, options),
  }
}
