import { asProblem, ShiftscopeError } from '@contract/errors'
import { computeDeviceNames, type ComputeDeviceName, type Device } from '@contract/device'
import { cudaExecutor } from '../cuda/cudaExecutor'
import type { Executor } from '../executor'
import { webgpuExecutor } from '../webgpu/webgpuExecutor'
import { cpuExecutor } from './cpuExecutor'

/** How each device is started. A device that cannot be used throws `device/unusable` with the reason and the remedy. */
export interface DeviceStarters {
  readonly cpu: (threads: number | null) => Promise<Executor>
  readonly webgpu: () => Promise<Executor>
  readonly cuda: () => Promise<Executor>
}

/** A device that was looked for: it runs, or the reason why not is known. */
export type StartedDevice =
  | { readonly device: Device & { readonly usable: true }; readonly executor: Executor }
  | { readonly device: Device & { readonly usable: false }; readonly executor: null }

/** The devices of a machine. */
export interface Devices {
  /**
   * Starts a device, or says why it cannot be used. A GPU is started once.
   * @param threads of the processor; null leaves their number to the engine
   */
  start(name: ComputeDeviceName, threads: number | null): Promise<StartedDevice>
  /** Forgets what is known of the GPUs: the next start looks again. */
  forget(): void
}

const elsewhere = 'Choose the device "cpu" or "auto".'

function unusable(name: ComputeDeviceName, error: unknown): StartedDevice {
  const problem = asProblem(error)
  const known = error instanceof ShiftscopeError
  const reason = error instanceof Error ? error.message : String(error)
  return {
    device: {
      name,
      usable: false,
      detail: known ? problem.message : `It did not start: ${reason}`,
      hint: known ? problem.hint : elsewhere,
    },
    executor: null,
  }
}

/** @param starters how each device is started */
export function createDevices(starters: DeviceStarters): Devices {
  const known = new Map<ComputeDeviceName, Promise<StartedDevice>>()
  const look = async (name: ComputeDeviceName, threads: number | null): Promise<StartedDevice> => {
    try {
      const executor = await (name === 'cpu' ? starters.cpu(threads) : starters[name]())
      return { device: { name, usable: true, detail: executor.detail, hint: '' }, executor }
    } catch (error) {
      return unusable(name, error)
    }
  }
  return {
    start: (name, threads) => {
      // The processor's engine depends on the threads and starts in no time.
      if (name === 'cpu') return look(name, threads)
      const started = known.get(name) ?? look(name, threads)
      known.set(name, started)
      return started
    },
    forget: () => known.clear(),
  }
}

/** The devices of this machine, for all jobs of this process. */
export const ownDevices = createDevices({
  cpu: (threads) => cpuExecutor(threads),
  webgpu: webgpuExecutor,
  cuda: () => cudaExecutor(),
})

/** Everything that could train, one after the other: they share the machine. */
export async function startAll(devices: Devices, threads: number | null): Promise<StartedDevice[]> {
  const started: StartedDevice[] = []
  for (const name of computeDeviceNames) started.push(await devices.start(name, threads))
  return started
}
