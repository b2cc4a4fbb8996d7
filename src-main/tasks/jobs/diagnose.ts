import { availableParallelism, freemem, totalmem } from 'node:os'
import { ownDevices } from '../../compute/devices/devices'
import { diagnoseMachine, machineOf } from '../diagnosis'
import type { Job } from '../job'
import { engineVersions, platformText, processorText } from '../thisMachine'

/** What this machine can do. */
export const diagnose: Job<'diagnose'> = async ({ version, measure }, { progress, signal }) => {
  // Someone who asks again may have mended something.
  if (measure) ownDevices.forget()
  const cores = availableParallelism()
  const found = await diagnoseMachine(machineOf(ownDevices, cores), { measure, onProgress: progress, signal })
  return {
    versions: { shiftscope: version, node: process.versions.node, ...engineVersions() },
    machine: {
      platform: platformText(),
      processor: processorText(),
      cores,
      memoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
    },
    ...found,
  }
}
