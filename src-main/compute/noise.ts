import { randomPurposes } from '../numerics/random'
import type { NoisePosition } from './executor'
import type { NoiseDescription } from './model'

/** Epochs count from 1; this one is validation. */
export const validationEpoch = 0

/** Layers of one purpose draw from streams of their own. */
const streamsPerBatch = 16

/** Which random numbers: key and position of a stream, unsigned 32-bit words, as in `RandomStream`. */
export interface StreamPosition {
  readonly keyA: number
  readonly keyB: number
  readonly positionA: number
  readonly positionB: number
}

/** The stream of random numbers of one kind for one batch. */
export function streamOf(
  { purpose, index }: Pick<NoiseDescription, 'purpose' | 'index'>,
  { seed, epoch, batch }: NoisePosition,
): StreamPosition {
  const positionB = batch * streamsPerBatch + index
  return { keyA: seed, keyB: randomPurposes[purpose], positionA: epoch, positionB }
}

/** How many numbers of one kind a batch of so many cells needs. */
export function noiseLength({ rows, columns }: NoiseDescription, cells: number): number {
  return (rows === 'cells' ? cells : rows) * columns
}

/** Units are dropped where 16 random bits are below this. */
export function keptThreshold(rate: number): number {
  return Math.round(rate * 0x10000)
}
