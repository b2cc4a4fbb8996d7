import type { Device } from '@contract/device'
import { ShiftscopeError } from '@contract/errors'
import type { ModelRecipe } from '@contract/recipe'
import { createRequire } from 'node:module'
import type { Executor } from './executor'
import { fusedExecutor } from './fused/fusedExecutor'
import { graphExecutor } from './graph/graphExecutor'

function isInstalled(packageName: string): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName)
    return true
  } catch {
    return false
  }
}

function webgpuDevice(): Device {
  return {
    name: 'webgpu',
    usable: false,
    detail: 'This version has no engine for GPUs through WebGPU.',
    hint: 'Choose the device "cpu" or "auto".',
  }
}

function cudaDevice(): Device {
  const driver = isInstalled('@tensorflow/tfjs-node-gpu')
    ? 'the optional package @tensorflow/tfjs-node-gpu is installed'
    : 'the optional package @tensorflow/tfjs-node-gpu is not installed'
  return {
    name: 'cuda',
    usable: false,
    detail: `This version has no engine for NVIDIA GPUs through CUDA (${driver}).`,
    hint: 'Choose the device "cpu" or "auto".',
  }
}

/** The fused kernels, or tfjs with the reason where they cannot be used. */
async function cpuExecutor(threads: number | null): Promise<Executor> {
  try {
    return fusedExecutor({ threads: threads ?? undefined })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const executor = await graphExecutor()
    return { ...executor, detail: `${executor.detail}; the faster kernels could not be used: ${reason}` }
  }
}

async function cpuDevice(): Promise<Device> {
  const { detail } = await cpuExecutor(null)
  return { name: 'cpu', usable: true, detail, hint: '' }
}

/** Everything that could train, usable or not and why. */
export async function listDevices(): Promise<Device[]> {
  return [await cpuDevice(), webgpuDevice(), cudaDevice()]
}

export interface ChosenDevice {
  readonly device: Device
  /** Why this one. */
  readonly reason: string
  readonly executor: Executor
}

/**
 * The device to train on; `auto` takes the fastest usable one. `threads` null leaves their number to the engine.
 * @throws ShiftscopeError `device/unusable` for a device that cannot train here
 */
export async function chooseDevice({
  device: wanted,
  threads,
}: Pick<ModelRecipe, 'device' | 'threads'>): Promise<ChosenDevice> {
  const devices = await listDevices()
  const device = devices.find(({ name, usable }) => (wanted === 'auto' ? usable : name === wanted))
  if (!device?.usable) {
    throw new ShiftscopeError({
      code: 'device/unusable',
      message: `The device "${wanted}" cannot be used. ${device?.detail ?? ''}`.trim(),
      where: 'device',
      hint: device?.hint ?? 'Choose the device "auto".',
    })
  }
  return {
    device,
    reason: wanted === 'auto' ? 'It is the only usable device.' : 'It was asked for.',
    executor: await cpuExecutor(threads),
  }
}
