import { NoiseKernels } from '../compute/fused/noiseKernels'
import type { NoiseDescription } from '../compute/model'
import { randomPurposes, RandomStream } from '../numerics/random'

/** Where in a run random numbers are drawn: epochs count from 1, epoch 0 is validation. */
export interface Position {
  readonly epoch: number
  readonly batch: number
}

export const validationEpoch = 0

/** Layers of one purpose draw from streams of their own. */
const streamsPerBatch = 16

let opened: { readonly kernels: NoiseKernels | null } | null = null

/** The kernels that draw noise, started at first use; null where the machine does not take them. */
function noiseKernels(): NoiseKernels | null {
  opened ??= { kernels: NoiseKernels.open() }
  return opened.kernels
}

/** 1 for each kept unit, 0 for each dropped one; 16 random bits decide. */
function fillKept(values: Float32Array, rate: number, stream: RandomStream): Float32Array {
  const threshold = Math.round(rate * 0x10000)
  for (let at = 0; at < values.length; at += 2) {
    const word = stream.nextWord()
    values[at] = (word & 0xffff) < threshold ? 0 : 1
    if (at + 1 < values.length) values[at + 1] = word >>> 16 < threshold ? 0 : 1
  }
  return values
}

/** How many numbers of one kind a batch of so many cells needs. */
export function noiseLength({ rows, columns }: NoiseDescription, cells: number): number {
  return (rows === 'cells' ? cells : rows) * columns
}

/**
 * The random numbers of one kind for one batch: a function of seed and position alone. Kernels draw them, as a batch
 * has tens of thousands; without kernels a stream gives the same numbers up to rounding.
 * @param values `noiseLength` of them, filled and given back
 */
export function drawNoise(
  { purpose, index, distribution }: NoiseDescription,
  values: Float32Array,
  seed: number,
  { epoch, batch }: Position,
  kernels = noiseKernels(),
): Float32Array {
  const position = batch * streamsPerBatch + index
  if (kernels) {
    const stream = { keyA: seed, keyB: randomPurposes[purpose], positionA: epoch, positionB: position }
    switch (distribution.kind) {
      case 'normal':
        return kernels.fillNormal(values, stream)
      case 'logistic':
        return kernels.fillLogistic(values, stream)
      case 'keep':
        return kernels.fillKept(values, distribution.rate, stream)
    }
  }
  const stream = new RandomStream(seed, purpose, epoch, position)
  switch (distribution.kind) {
    case 'normal':
      return stream.fillNormal(values)
    case 'logistic':
      return stream.fillLogistic(values)
    case 'keep':
      return fillKept(values, distribution.rate, stream)
  }
}
