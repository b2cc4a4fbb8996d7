import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import {
  enableProdMode,
  engine,
  env,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core'
import { ShiftscopeError } from '@contract/errors'
import { activateBackend, type GraphBackend } from '../graph/graphBackend'
import { watchDevice } from './deviceWatch'
import { webgpuKernels } from './webgpuKernels'

const name = 'webgpu'

/** tfjs asks for a few limits by itself; a screen's matrices need what the adapter really has. */
const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const

function unusable(message: string, hint: string, details?: string): ShiftscopeError {
  return new ShiftscopeError({ code: 'device/unusable', message, where: 'webgpu', hint, details })
}

/** What an adapter is called: its description where it has one. */
function nameOf({ description, vendor, architecture, device }: GPUAdapterInfo): string {
  const words =
    description === '' ? [vendor, architecture, device].filter((word) => word !== '') : [description]
  return words.length === 0 ? 'unnamed adapter' : words.join(' ')
}

async function openDevice(gpu: GPU): Promise<{ adapter: GPUAdapter; device: GPUDevice }> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) {
    throw unusable(
      'This machine has no graphics processor that WebGPU can use.',
      'Install the current driver of the graphics card (on Linux the one with Vulkan), or train on the CPU.',
    )
  }
  const limits = Object.fromEntries(wantedLimits.map((limit) => [limit, adapter.limits[limit]]))
  try {
    return { adapter, device: await adapter.requestDevice({ requiredLimits: limits }) }
  } catch (error) {
    throw unusable(
      `The graphics processor (${nameOf(adapter.info)}) could not be opened.`,
      'Close other programs that use it or update its driver, or train on the CPU.',
      String(error),
    )
  }
}

/**
 * Starts tfjs on the graphics processor that `gpu` offers. At most one is up at a time: an earlier one ends.
 * @throws ShiftscopeError `device/unusable` where there is none
 */
export async function startWebgpu(gpu: GPU): Promise<GraphBackend> {
  const { adapter, device } = await openDevice(gpu)
  const backend = new WebGPUBackend(device, adapter.info)
  const watch = watchDevice(device)
  // tfjs registers a factory of its own where it finds WebGPU; kernels are looked up by this name.
  if (name in engine().registryFactory) removeBackend(name)
  enableProdMode()
  // Small tensors too: what is checked is what is used.
  env().set('WEBGPU_CPU_FORWARD', false)
  registerBackend(name, () => backend)
  if (!(await setBackend(name))) {
    throw unusable('The engine for graphics processors did not start.', 'Train on the CPU.')
  }
  return {
    name,
    detail: `WebGPU on ${nameOf(adapter.info)}`,
    kernels: webgpuKernels(backend),
    activate: () => {
      watch.requireWorking()
      activateBackend(name)
    },
    read: async (tensor) => {
      const values = await watch.whileWorking(tensor.data())
      return values instanceof Float32Array ? values : Float32Array.from(values)
    },
  }
}
