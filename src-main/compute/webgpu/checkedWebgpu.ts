import { ShiftscopeError } from '@contract/errors'
import type { Executor } from '../executor'
import type { GraphBackend } from '../graph/graphBackend'
import { GraphSession } from '../graph/graphSession'
import type { NoiseSource } from '../graph/noiseSource'
import { findDifference } from '../graph/selfTest'
import { startCpu } from '../graph/tfjsBackend'
import { startWebgpu } from './webgpuBackend'

let current: GraphBackend | null = null

/** True while what was started before can go on. */
function stillWorks(backend: GraphBackend): boolean {
  try {
    backend.activate()
    return true
  } catch {
    return false
  }
}

async function startChecked(gpu: GPU): Promise<GraphBackend> {
  const backend = await startWebgpu(gpu)
  const difference = await findDifference(backend, await startCpu())
  if (difference === null) return backend
  throw new ShiftscopeError({
    code: 'device/unusable',
    message: `The graphics processor (${backend.detail}) computes wrongly: ${difference}.`,
    where: 'webgpu',
    hint: 'Update the driver of the graphics card, or train on the CPU.',
  })
}

/**
 * The executor on a graphics processor that computes as the CPU does; started once, and again after it was lost.
 * @param noiseOf what draws random numbers, where something can
 * @throws ShiftscopeError `device/unusable` with the reason
 */
export async function checkedWebgpu(gpu: GPU, noiseOf?: NoiseSource): Promise<Executor> {
  const backend = current && stillWorks(current) ? current : await startChecked(gpu)
  current = backend
  return { detail: backend.detail, open: (model, state) => new GraphSession(backend, model, state, noiseOf) }
}
