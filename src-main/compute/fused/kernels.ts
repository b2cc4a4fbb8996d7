import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

/** Kernels are written in AssemblyScript (`compute/kernels`); all take numbers: sizes, addresses, weights. */
export const kernelNames = [
  'adam',
  'addElements',
  'attributeGenes',
  'batchStatistics',
  'bernoulliKl',
  'bernoulliKlByLogits',
  'bernoulliKlByPrior',
  'bernoulliLogRatio',
  'bernoulliLogRatioByLogits',
  'bernoulliLogRatioByMask',
  'columnSums',
  'copyGradient',
  'drawMask',
  'drawMaskBackward',
  'fillZeros',
  'gaussianKl',
  'gaussianKlByMean',
  'gaussianKlByVariance',
  'gaussianLogRatio',
  'gaussianLogRatioByVariance',
  'keepUnits',
  'leakyRectify',
  'leakyRectifyBackward',
  'listByGene',
  'moveStatistics',
  'multiply',
  'multiplyAdds',
  'normalise',
  'normaliseBackward',
  'outputLayer',
  'outputLayerUpdate',
  'prepareDispersions',
  'prepareRises',
  'probabilitySum',
  'probabilitySumBackward',
  'product',
  'rectify',
  'rectifyBackward',
  'runningStatistics',
  'sample',
  'sampleBackward',
  'selectRows',
  'selectRowsBackward',
  'softplusBackward',
  'softplusSum',
  'sparseLayer',
  'sparseLayerUpdate',
  'spreadWeight',
  'unpackCounts',
  'variance',
  'varianceBackward',
] as const
export type KernelName = (typeof kernelNames)[number]

/** Sizes of scratch memory and the meeting points of threads. */
const otherNames = [
  'announceJob',
  'awaitJob',
  'drawKept',
  'drawLogistic',
  'drawNormal',
  'meet',
  'outputLayerScratch',
  'outputLayerUpdateScratch',
  'productScratch',
  'sparseLayerScratch',
] as const

export type KernelFunction = (...numbers: number[]) => number
export type Kernels = Readonly<Record<KernelName | (typeof otherNames)[number], KernelFunction>>

/** How kernels are compiled: relaxed SIMD multiplies and adds in one instruction where the machine can. */
export type KernelBuild = 'relaxed' | 'plain'

export interface CompiledKernels {
  readonly build: KernelBuild
  /** Whether they take memory that threads can share. */
  readonly shared: boolean
  readonly module: WebAssembly.Module
}

function kernelDirectory(): string {
  let directory = import.meta.dirname
  while (!existsSync(join(directory, 'out', 'kernels'))) {
    const parent = dirname(directory)
    if (parent === directory)
      throw new Error('The compiled kernels are missing: run `npm run build:kernels`.')
    directory = parent
  }
  return join(directory, 'out', 'kernels')
}

function bytesOf(build: KernelBuild, shared: boolean): Uint8Array {
  return readFileSync(join(kernelDirectory(), `${build}-${shared ? 'shared' : 'single'}.wasm`))
}

function isAccepted(bytes: Uint8Array): boolean {
  if (WebAssembly.validate(bytes)) return true
  // V8 before 11.9 (Node 20) knows relaxed SIMD but has it behind a flag.
  setFlagsFromString('--experimental-wasm-relaxed-simd')
  return WebAssembly.validate(bytes)
}

/**
 * Compiles the best kernels that this machine takes, or the ones asked for.
 * @throws Error when the engine refuses the build asked for
 */
export function compileKernels(shared: boolean, wanted?: KernelBuild): CompiledKernels {
  for (const build of wanted ? [wanted] : (['relaxed', 'plain'] as const)) {
    const bytes = bytesOf(build, shared)
    if (isAccepted(bytes)) return { build, shared, module: new WebAssembly.Module(bytes) }
  }
  throw new Error('This WebAssembly engine has no 128-bit SIMD.')
}

function isComplete(exports: object): exports is Kernels {
  return [...kernelNames, ...otherNames].every((name) => typeof Reflect.get(exports, name) === 'function')
}

/** Kernels on a memory. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  if (!isComplete(exports)) throw new Error('The compiled kernels are not those of this version.')
  return exports
}
