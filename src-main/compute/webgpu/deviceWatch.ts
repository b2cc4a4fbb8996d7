import { ShiftscopeError } from '@contract/errors'

/** Knows whether a device still computes. */
export interface DeviceWatch {
  /** @throws ShiftscopeError `device/lost`, `device/outOfMemory`, `device/failed` once it does not */
  requireWorking(): void
  /** What was asked of the device, or the reason why it cannot be had. @throws as `requireWorking` */
  whileWorking<T>(asked: Promise<T>): Promise<T>
}

/** The part of a `GPUDevice` that tells what goes wrong. */
export interface WatchedDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>
  addEventListener(
    type: 'uncapturederror',
    listener: (event: { readonly error: Error | GPUError }) => void,
  ): void
}

const toCpu = 'Go on from the last checkpoint on the CPU.'

function lost(reason: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'device/lost',
    message: 'The graphics processor stopped answering.',
    where: 'webgpu',
    hint: toCpu,
    details: reason,
  })
}

function failed(error: Error | GPUError): ShiftscopeError {
  const outOfMemory = error.constructor.name === 'GPUOutOfMemoryError' || /out.of.memory/i.test(error.message)
  return outOfMemory
    ? new ShiftscopeError({
        code: 'device/outOfMemory',
        message: 'The memory of the graphics processor is full.',
        where: 'webgpu',
        hint: `Close other programs that use it, or choose smaller batches. ${toCpu}`,
        details: error.message,
      })
    : new ShiftscopeError({
        code: 'device/failed',
        message: 'The graphics processor refused a step of the computation.',
        where: 'webgpu',
        hint: toCpu,
        details: error.message,
      })
}

/**
 * Listens to a device from now on. What first goes wrong is kept: results after it mean nothing.
 * @param patience milliseconds to wait for the device's reason when a request fails
 */
export function watchDevice(device: WatchedDevice, patience = 1000): DeviceWatch {
  let problem: ShiftscopeError | null = null
  const ended = new Promise<void>((resolve) => {
    device.addEventListener('uncapturederror', (event) => {
      problem ??= failed(event.error)
      resolve()
    })
    void device.lost.then(({ message, reason }) => {
      problem ??= lost(`${reason}: ${message}`)
      resolve()
    })
  })
  const requireWorking = (): void => {
    if (problem) throw problem
  }
  return {
    requireWorking,
    whileWorking: async (asked) => {
      try {
        const outcome = await asked
        requireWorking()
        return outcome
      } catch (error) {
        // The reason is told beside the request that fails by it: wait for it, but not for ever.
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, patience))])
        requireWorking()
        throw error
      }
    },
  }
}
