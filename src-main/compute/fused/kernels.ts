import { ShiftscopeError } from '@contract/errors'
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
  'drawParticleNoise',
  'drawRows',
  'fillZeros',
  'gaussianKl',
  'gaussianKlByMean',
  'gaussianKlByVariance',
  'gaussianLogRatio',
  'gaussianLogRatioByVariance',
  'keepUnits',
  'leakyRectify',
  'leakyRectifyBackward',
  'listGenes',
  'listValues',
  'maskedGaussianKl',
  'maskedGaussianKlByLogits',
  'maskedGaussianKlByMean',
  'maskedGaussianKlByShift',
  'moveStatistics',
  'multiply',
  'multiplyAdds',
  'normalise',
  'normaliseBackward',
  'outputLayer',
  'outputLayerUpdate',
  'particleLikelihood',
  'placeParticles',
  'prepareDispersions',
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
  'sparseLayerInputs',
  'sparseLayerUpdate',
  'spreadWeight',
  'sumRises',
  'unpackCounts',
  'variance',
  'varianceBackward',
] as const
export type KernelName = (typeof kernelNames)[number]

/** Sizes of scratch memory and the meeting points of threads. */
const otherNames = [
  'announceJob',
  'awaitJob',
  'drawRowsScratch',
  'listStride',
  'meet',
  'outputLayerScratch',
  'particleLikelihoodScratch',
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

/** Reads a compiled build; tests give others. */
export type ReadBuild = (build: KernelBuild, shared: boolean) => Uint8Array<ArrayBuffer>

function kernelDirectory(): string {
  let directory = import.meta.dirname
  while (!existsSync(join(directory, 'out', 'kernels'))) {
    const parent = dirname(directory)
    if (parent === directory) throw brokenInstallation('The compiled kernels of the engine are missing.')
    directory = parent
  }
  return join(directory, 'out', 'kernels')
}

function brokenInstallation(message: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'engine/kernelsMissing',
    message,
    hint: 'Install Shiftscope again; from its sources, run "npm run build".',
  })
}

function readBuild(build: KernelBuild, shared: boolean): Uint8Array<ArrayBuffer> {
  return readFileSync(join(kernelDirectory(), `${build}-${shared ? 'shared' : 'single'}.wasm`))
}

/** Node 20 knows relaxed SIMD but has it behind a flag; later ones would complain of the flag. */
const hasFlagForRelaxedSimd = Number.parseInt(process.versions.node) < 21

function isAccepted(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (WebAssembly.validate(bytes)) return true
  if (!hasFlagForRelaxedSimd) return false
  setFlagsFromString('--experimental-wasm-relaxed-simd')
  return WebAssembly.validate(bytes)
}

/**
 * Compiles the best kernels that this machine takes, or the ones asked for.
 * @throws ShiftscopeError `engine/kernelsRefused` when the engine takes none of them, `engine/kernelsMissing`
 */
export function compileKernels(
  shared: boolean,
  wanted?: KernelBuild,
  read: ReadBuild = readBuild,
): CompiledKernels {
  const reasons: string[] = []
  for (const build of wanted ? [wanted] : (['relaxed', 'plain'] as const)) {
    const bytes = read(build, shared)
    try {
      if (isAccepted(bytes)) return { build, shared, module: new WebAssembly.Module(bytes) }
      reasons.push(`${build}: not valid here`)
    } catch (error) {
      reasons.push(`${build}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new ShiftscopeError({
    code: 'engine/kernelsRefused',
    message: 'The WebAssembly engine of this machine does not take the kernels (they need 128-bit SIMD).',
    hint: 'Update Node.js or the app; until then a slower engine computes.',
    details: reasons.join('; '),
  })
}

function isComplete(exports: object): exports is Kernels {
  return [...kernelNames, ...otherNames].every((name) => typeof Reflect.get(exports, name) === 'function')
}

/** Kernels on a memory. @throws ShiftscopeError `engine/kernelsMissing` when they are those of another version */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  if (!isComplete(exports)) throw brokenInstallation('The compiled kernels are not those of this version.')
  return exports
}
