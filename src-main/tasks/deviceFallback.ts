import { ShiftscopeError } from '@contract/errors'
import type { ComputeDeviceName } from '@contract/device'
import type { ModelRecipe } from '@contract/recipe'
import { cpuExecutor } from '../compute/devices/cpuExecutor'
import type { Executor } from '../compute/executor'

/** What takes over from a device that fails. */
export interface DeviceFallback {
  /** Whether this failure is one that what takes over does not share. */
  readonly covers: (error: unknown) => boolean
  readonly start: () => Promise<Executor>
  /** How the person is told. @param reason a sentence without its full stop */
  readonly told: (reason: string) => { readonly failed: string; readonly instead: string }
}

/** The processor takes over from a GPU, and one thread from several of which one failed. */
export function fallbackOf(
  { name, executor }: { readonly name: ComputeDeviceName; readonly executor: Executor },
  { threads }: Pick<ModelRecipe, 'threads'>,
): DeviceFallback | undefined {
  if (name !== 'cpu') {
    return {
      covers: () => true,
      start: () => cpuExecutor(threads),
      told: (reason) => ({ failed: `The device "${name}" failed: ${reason}.`, instead: 'on the processor' }),
    }
  }
  if (executor.threads === undefined || executor.threads === 1) return undefined
  return {
    covers: (error) => error instanceof ShiftscopeError && error.code === 'engine/threadFailed',
    start: () => cpuExecutor(1),
    told: (reason) => ({ failed: `${reason}.`, instead: 'with one thread' }),
  }
}
