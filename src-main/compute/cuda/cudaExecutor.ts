import { ShiftscopeError } from '@contract/errors'
import { backend } from '@tensorflow/tfjs-core'
import { createRequire } from 'node:module'
import type { Executor } from '../executor'
import { composedKernels } from '../graph/composedKernels'
import type { GraphBackend } from '../graph/graphBackend'
import { graphExecutor } from '../graph/graphExecutor'
import { findDifference } from '../graph/selfTest'
import { startCpu, startHostBackend } from '../graph/tfjsBackend'
import { restoreUtilChecks } from './utilShim'

const packageName = '@tensorflow/tfjs-node-gpu'
const requirements =
  'It needs Linux or Windows with an NVIDIA driver, CUDA 11.2 and cuDNN 8.1. Until then, choose the device "cpu" or "auto".'

function loadPackage(): unknown {
  const load = createRequire(import.meta.url)
  try {
    load.resolve(packageName)
  } catch {
    throw unusable(
      `The optional package ${packageName} is not installed.`,
      `Install it with "npm install ${packageName}". ${requirements}`,
    )
  }
  // Cards since Ampere otherwise round the factors of products to ten bits; read when the library starts.
  process.env.NVIDIA_TF32_OVERRIDE ??= '0'
  const loaded: unknown = load(packageName)
  return loaded
}

function unusable(message: string, hint: string, cause?: unknown): ShiftscopeError {
  return new ShiftscopeError({ code: 'device/unusable', message, where: 'device cuda', hint }, { cause })
}

/** The first line: TensorFlow's reasons go on for paragraphs. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text
    .trim()
    .split('\n', 1)[0]
    .replace(/\.\s*$/, '')
}

async function startTensorflow(load: () => unknown): Promise<GraphBackend> {
  try {
    restoreUtilChecks()
    await load()
    return await startHostBackend(
      'tensorflow',
      'TensorFlow with CUDA on an NVIDIA graphics card',
      composedKernels,
    )
  } catch (error) {
    if (error instanceof ShiftscopeError) throw error
    throw unusable(
      `The package ${packageName} could not be loaded: ${reasonOf(error)}.`,
      `Run "npm rebuild ${packageName}", which downloads its native part. ${requirements}`,
      error,
    )
  }
}

/** Without CUDA's libraries the package quietly computes on the processor. */
function requireGpu(): void {
  const active = backend()
  if ('isUsingGpuDevice' in active && active.isUsingGpuDevice === true) return
  throw unusable('TensorFlow finds no NVIDIA graphics card, or not the libraries it needs.', requirements)
}

/**
 * The graph executor on TensorFlow with CUDA, from the optional package `@tensorflow/tfjs-node-gpu`; taken only when a
 * small step gives the processor's numbers.
 * @param load loads the package, which registers the backend `tensorflow` with tfjs
 * @param reference what a small step is compared with
 * @throws ShiftscopeError `device/unusable` with the reason and what to do
 */
export async function cudaExecutor(
  load: () => unknown = loadPackage,
  reference: () => Promise<GraphBackend> = startCpu,
): Promise<Executor> {
  const tensorflow = await startTensorflow(load)
  requireGpu()
  const difference = await differenceFrom(tensorflow, await reference())
  if (difference !== null) {
    throw unusable(
      `TensorFlow with CUDA computes wrongly: ${difference}.`,
      `Bring the driver, CUDA and cuDNN to versions that fit together. ${requirements}`,
    )
  }
  return graphExecutor(() => Promise.resolve(tensorflow))
}

async function differenceFrom(tensorflow: GraphBackend, reference: GraphBackend): Promise<string | null> {
  try {
    return await findDifference(tensorflow, reference)
  } catch (error) {
    throw unusable(`TensorFlow with CUDA failed in its first step: ${reasonOf(error)}.`, requirements, error)
  }
}
