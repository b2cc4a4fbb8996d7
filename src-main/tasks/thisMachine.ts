import { createRequire } from 'node:module'
import { cpus, release, type } from 'node:os'
import { arch } from 'node:process'
import { z } from 'zod'
import type { TimingMemory } from '../compute/devices/choose'
import { openDeviceTimings } from '../workspace/deviceTimings'

const packages = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
  'webgpu',
  '@tensorflow/tfjs-node-gpu',
]
const packageSchema = z.object({ version: z.string() })

/** Versions of the packages that numbers depend on; optional ones only where they are installed. */
export function engineVersions(): Record<string, string> {
  const load = createRequire(import.meta.url)
  const versions: Record<string, string> = {}
  for (const name of packages) {
    try {
      versions[name] = packageSchema.parse(load(`${name}/package.json`)).version
    } catch {
      // It is optional and not here, or keeps its version to itself.
    }
  }
  return versions
}

/** "Linux 6.1.0 x64". */
export function platformText(): string {
  return `${type()} ${release()} ${arch}`
}

/** Model of the processor, as it calls itself. */
export function processorText(): string {
  return cpus().at(0)?.model.trim() ?? 'unknown'
}

/** Times of steps that were measured on this machine with these versions. */
export function timingsOfThisMachine(settingsDirectory: string): TimingMemory {
  return openDeviceTimings(settingsDirectory, {
    machine: `${processorText()}, ${cpus().length} cores, ${platformText()}`,
    versions: { node: process.versions.node, ...engineVersions() },
  })
}
