/**
 * Counter-based random numbers (Philox4x32-10; Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 *
 * A number is a pure function of (seed, stream, counter): nothing depends on the order in which threads ask, and a
 * resumed run draws exactly what an uninterrupted one would have drawn.
 */

const multiplierA = 0xd2511f53
const multiplierB = 0xcd9e8d57
const keyStepA = 0x9e3779b9
const keyStepB = 0xbb67ae85

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const low = aLow * bLow
  const middleA = aHigh * bLow + (low >>> 16)
  const middleB = aLow * bHigh + (middleA & 0xffff)
  return (aHigh * bHigh + Math.floor(middleA / 0x10000) + Math.floor(middleB / 0x10000)) >>> 0
}

/**
 * Ten rounds of Philox4x32 in place.
 * @param counter four unsigned 32-bit words, replaced by four random words
 * @param keyA first key word
 * @param keyB second key word
 */
export function philox4x32(counter: Uint32Array, keyA: number, keyB: number): void {
  let [w0, w1, w2, w3] = [counter[0], counter[1], counter[2], counter[3]]
  let [a, b] = [keyA >>> 0, keyB >>> 0]
  for (let round = 0; round < 10; round++) {
    const highA = multiplyHigh(multiplierA, w0)
    const lowA = Math.imul(multiplierA, w0) >>> 0
    const highB = multiplyHigh(multiplierB, w2)
    const lowB = Math.imul(multiplierB, w2) >>> 0
    w0 = (highB ^ w1 ^ a) >>> 0
    w1 = lowB
    w2 = (highA ^ w3 ^ b) >>> 0
    w3 = lowA
    a = (a + keyStepA) >>> 0
    b = (b + keyStepB) >>> 0
  }
  counter[0] = w0
  counter[1] = w1
  counter[2] = w2
  counter[3] = w3
}

/** What a stream of random numbers is for. Each purpose has its own stream, so that adding one changes no other. */
export const randomPurposes = {
  holdOut: 1,
  validationSplit: 2,
  startValues: 3,
  cellOrder: 4,
  reparameterisation: 5,
  maskNoise: 6,
  dropout: 7,
  principalComponents: 8,
  attribution: 9,
  simulation: 10,
  robustCovariance: 11,
  independentComponents: 12,
  permutations: 13,
  shiftNoise: 14,
  rotation: 15,
  particles: 15,
  refinement: 16,
} as const
export type RandomPurpose = keyof typeof randomPurposes

/**
 * A stream of random numbers for one purpose and one position (an epoch, a step, a layer).
 * Streams with different arguments are independent; equal arguments give equal numbers on every machine.
 */
export class RandomStream {
  private readonly keyA: number
  private readonly keyB: number
  private readonly block = new Uint32Array(4)
  private blockIndex = 0
  private used = 4

  constructor(
    seed: number,
    purpose: RandomPurpose,
    private readonly positionA = 0,
    private readonly positionB = 0,
  ) {
    this.keyA = seed >>> 0
    this.keyB = randomPurposes[purpose]
  }

  /** Goes on with a block of four words, counted from 0, wherever the stream stands. */
  goTo(block: number): this {
    this.blockIndex = block
    this.used = 4
    return this
  }

  /** An unsigned 32-bit integer. */
  nextWord(): number {
    if (this.used === 4) {
      this.block[0] = this.blockIndex >>> 0
      this.block[1] = Math.floor(this.blockIndex / 0x100000000)
      this.block[2] = this.positionA >>> 0
      this.block[3] = this.positionB >>> 0
      philox4x32(this.block, this.keyA, this.keyB)
      this.blockIndex += 1
      this.used = 0
    }
    return this.block[this.used++]
  }

  /** Uniform on the open interval (0, 1), with 32 random bits. */
  nextUniform(): number {
    return (this.nextWord() + 0.5) / 0x100000000
  }

  /** Uniform integer in [0, bound), without modulo bias. */
  nextInteger(bound: number): number {
    const limit = Math.floor(0x100000000 / bound) * bound
    let word = this.nextWord()
    while (word >= limit) word = this.nextWord()
    return word % bound
  }

  /** Fills `values` with uniforms on (0, 1). */
  fillUniform(values: Float32Array): Float32Array {
    for (let i = 0; i < values.length; i++) values[i] = this.nextUniform()
    return values
  }

  /** Fills `values` with standard normal draws (Box-Muller). */
  fillNormal(values: Float32Array): Float32Array {
    for (let i = 0; i < values.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(this.nextUniform()))
      const angle = 2 * Math.PI * this.nextUniform()
      values[i] = radius * Math.cos(angle)
      if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle)
    }
    return values
  }

  /** Fills `values` with standard logistic noise log(u) - log(1 - u), as the Gumbel-sigmoid needs. */
  fillLogistic(values: Float32Array): Float32Array {
    for (let i = 0; i < values.length; i++) {
      const u = this.nextUniform()
      values[i] = Math.log(u) - Math.log1p(-u)
    }
    return values
  }

  /** Fisher-Yates shuffle in place. */
  shuffle<T extends Uint32Array | unknown[]>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.nextInteger(i + 1)
      const kept = values[i]
      values[i] = values[j]
      values[j] = kept
    }
    return values
  }
}
