import { env } from '@tensorflow/tfjs-core'
import { existsSync } from 'node:fs'
import { ShiftscopeError } from '@contract/errors'
import type { Executor } from '../executor'
import { webgpuExecutor } from './webgpuExecutor'

/** Where Debian's Chromium keeps the description of SwiftShader, which computes on the CPU what a GPU would. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** tfjs's product for small results; its usual ones wait for each other so often that SwiftShader takes seconds. */
const smallProducts = 2

/**
 * For tests: a graphics processor, or SwiftShader in its place.
 * @returns the executor, or why there can be none on this machine
 */
export async function softwareGraphics(): Promise<{ executor: Executor } | { missing: string }> {
  const chosen = process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES
  if (chosen === undefined && existsSync(swiftShader)) process.env.VK_ICD_FILENAMES = swiftShader
  try {
    const executor = await webgpuExecutor()
    env().set('WEBGPU_MATMUL_PROGRAM_TYPE', smallProducts)
    return { executor }
  } catch (error) {
    const absent = error instanceof ShiftscopeError && error.code === 'device/unusable'
    // With SwiftShader there is an adapter: that it cannot be used is a failure, not a lack.
    if (!absent || existsSync(swiftShader)) throw error
    return { missing: error.message }
  }
}
