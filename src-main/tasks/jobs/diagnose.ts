import { createRequire } from 'node:module'
import { cpus, freemem, release, totalmem, type } from 'node:os'
import { arch } from 'node:process'
import { z } from 'zod'
import { chooseDevice, listDevices } from '../../compute/devices'
import type { Job } from '../job'

const packages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm']
const packageSchema = z.object({ version: z.string() })

/** Versions of the packages that numbers depend on. */
export function engineVersions(): Record<string, string> {
  const load = createRequire(import.meta.url)
  return Object.fromEntries(
    packages.map((name) => [name, packageSchema.parse(load(`${name}/package.json`)).version]),
  )
}

/** What this machine can do. */
export const diagnose: Job<'diagnose'> = async ({ version }) => {
  const { device, reason } = await chooseDevice({ device: 'auto', threads: null })
  return {
    versions: { shiftscope: version, node: process.versions.node, ...engineVersions() },
    machine: {
      platform: `${type()} ${release()} ${arch}`,
      cores: cpus().length,
      memoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
    },
    devices: await listDevices(),
    chosen: { name: device.name, reason },
  }
}
