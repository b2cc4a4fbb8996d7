import { compileKernels, instantiateKernels, type Kernels } from './kernels'
import { KernelMemory } from './memory'

/** Which random numbers: key and position of a stream, unsigned 32-bit words, as in `RandomStream`. */
export interface StreamPosition {
  readonly keyA: number
  readonly keyB: number
  readonly positionA: number
  readonly positionB: number
}

/** Draws the noise of batches some ten times as fast as `RandomStream`. */
export class NoiseKernels {
  private readonly scratch: number
  private room = { address: 0, values: 0 }

  private constructor(
    private readonly memory: KernelMemory,
    private readonly kernels: Kernels,
  ) {
    this.scratch = memory.allocate(128)
  }

  /** Null where the machine does not take the kernels. The build is always the plain one: equal numbers everywhere. */
  static open(): NoiseKernels | null {
    try {
      const memory = new KernelMemory(false)
      return new NoiseKernels(
        memory,
        instantiateKernels(compileKernels(false, 'plain').module, memory.memory),
      )
    } catch {
      return null
    }
  }

  /** Fills with standard normal draws. */
  fillNormal(values: Float32Array, { keyA, keyB, positionA, positionB }: StreamPosition): Float32Array {
    const count = values.length
    const address = this.roomFor(count)
    this.kernels.drawNormal(count, keyA, keyB, positionA, positionB, address)
    values.set(this.memory.floats(address, count))
    return values
  }

  /** Fills with standard logistic noise. */
  fillLogistic(values: Float32Array, { keyA, keyB, positionA, positionB }: StreamPosition): Float32Array {
    const count = values.length
    const address = this.roomFor(count)
    this.kernels.drawLogistic(count, keyA, keyB, positionA, positionB, address)
    values.set(this.memory.floats(address, count))
    return values
  }

  /**
   * 1 for each kept unit, 0 for each dropped one.
   * @param rate share that is dropped; 16 random bits decide
   */
  fillKept(
    values: Float32Array,
    rate: number,
    { keyA, keyB, positionA, positionB }: StreamPosition,
  ): Float32Array {
    const count = values.length
    const address = this.roomFor(count)
    const threshold = Math.round(rate * 0x10000)
    this.kernels.drawKept(count, threshold, keyA, keyB, positionA, positionB, address, this.scratch)
    values.set(this.memory.floats(address, count))
    return values
  }

  private roomFor(count: number): number {
    const values = Math.ceil(count / 64) * 64
    if (this.room.values < values) {
      if (this.room.values > 0) this.memory.freeFrom(this.room.address)
      this.room = { address: this.memory.allocate(values * 4), values }
    }
    return this.room.address
  }
}
