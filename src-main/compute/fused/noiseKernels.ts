import type { NoiseDescription } from '../model'
import { keptThreshold, type StreamPosition } from '../noise'
import { compileKernels, instantiateKernels, type Kernels } from './kernels'
import { KernelMemory } from './memory'

/** Words of a stream as the kernels read it: key, position, and the row of the stream that is row 0. */
export function writeStream(words: Int32Array, stream: StreamPosition, rowZero: number): void {
  words[0] = stream.keyA
  words[1] = stream.keyB
  words[2] = stream.positionA
  words[3] = stream.positionB
  words[4] = rowZero
}

/** Number of the distribution and threshold of kept units, as `drawRows` of the kernels takes them. */
export function distributionNumbers(distribution: NoiseDescription['distribution']): [number, number] {
  switch (distribution.kind) {
    case 'normal':
      return [0, 0]
    case 'logistic':
      return [1, 0]
    case 'keep':
      return [2, keptThreshold(distribution.rate)]
  }
}

/** Draws the noise of batches for engines without kernels, some ten times as fast as `RandomStream`. */
export class NoiseKernels {
  private readonly stream: number
  private readonly top: number

  private constructor(
    private readonly memory: KernelMemory,
    private readonly kernels: Kernels,
  ) {
    this.stream = memory.allocate(32)
    this.top = memory.top
  }

  /** Null where the machine does not take the kernels. */
  static open(): NoiseKernels | null {
    try {
      const memory = new KernelMemory(false)
      return new NoiseKernels(memory, instantiateKernels(compileKernels(false).module, memory.memory))
    } catch {
      return null
    }
  }

  /** So many numbers. */
  draw(count: number, distribution: NoiseDescription['distribution'], stream: StreamPosition): Float32Array {
    const { memory, kernels } = this
    memory.freeFrom(this.top)
    const out = memory.allocate((count + 4) * 4)
    const scratch = memory.allocate(kernels.drawRowsScratch(count))
    writeStream(memory.integers(this.stream, 5), stream, 0)
    kernels.drawRows(0, 1, count, ...distributionNumbers(distribution), this.stream, out, 0, scratch)
    return memory.floats(out, count).slice()
  }
}
