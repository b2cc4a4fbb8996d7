import { ShiftscopeError } from '@contract/errors'

/** Room that is kept below all buffers, so that no address is 0: kernels take 0 for "not there". */
const firstAddress = 65536
const pageBytes = 65536
const mostPages = 65536

/** Addresses are multiples of a cache line. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64
}

function outOfMemory(message: string, cause?: unknown): ShiftscopeError {
  return new ShiftscopeError(
    {
      code: 'engine/outOfMemory',
      message,
      hint: 'Choose a smaller batch size or fewer variable genes, or close other programs.',
      details: cause instanceof Error ? cause.message : undefined,
    },
    { cause },
  )
}

/** WebAssembly memory, handed out from the bottom up and freed from the top down. */
export class KernelMemory {
  readonly memory: WebAssembly.Memory
  private next = firstAddress
  private floatView: Float32Array = new Float32Array(0)
  private integerView: Int32Array = new Int32Array(0)
  private byteView: Uint8Array = new Uint8Array(0)
  private doubleView: Float64Array = new Float64Array(0)

  /** @throws RangeError where the system does not give it, shared memory above all */
  constructor(shared: boolean) {
    this.memory = new WebAssembly.Memory({ initial: 2, maximum: mostPages, shared })
    this.look()
  }

  /**
   * Address of new room; its contents are whatever was there.
   * @throws ShiftscopeError `engine/outOfMemory`
   */
  allocate(bytes: number): number {
    const address = this.next
    const end = address + aligned(bytes)
    const missing = Math.ceil((end - this.byteView.length) / pageBytes)
    if (end > mostPages * pageBytes)
      throw outOfMemory('A batch of this model needs more than 4 GiB of memory.')
    if (missing > 0) this.grow(missing)
    this.next = end
    return address
  }

  /** Where the next buffer will be: to free everything from here on later. */
  get top(): number {
    return this.next
  }

  freeFrom(top: number): void {
    this.next = top
  }

  /** Views are only good until the next `allocate`. */
  floats(address: number, length: number): Float32Array {
    return this.floatView.subarray(address / 4, address / 4 + length)
  }

  integers(address: number, length: number): Int32Array {
    return this.integerView.subarray(address / 4, address / 4 + length)
  }

  doubles(address: number, length: number): Float64Array {
    return this.doubleView.subarray(address / 8, address / 8 + length)
  }

  bytes(address: number, length: number): Uint8Array {
    return this.byteView.subarray(address, address + length)
  }

  private grow(pages: number): void {
    try {
      this.memory.grow(pages)
    } catch (error) {
      throw outOfMemory('The system gave the engine too little memory for a batch of this model.', error)
    }
    this.look()
  }

  private look(): void {
    const { buffer } = this.memory
    this.floatView = new Float32Array(buffer)
    this.integerView = new Int32Array(buffer)
    this.byteView = new Uint8Array(buffer)
    this.doubleView = new Float64Array(buffer)
  }
}
