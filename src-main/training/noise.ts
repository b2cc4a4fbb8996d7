import type { NoiseDescription } from '../compute/model'
import { RandomStream } from '../numerics/random'

/** Where in a run random numbers are drawn: epochs count from 1, epoch 0 is validation. */
export interface Position {
  readonly epoch: number
  readonly batch: number
}

export const validationEpoch = 0

/** Layers of one purpose draw from streams of their own. */
const streamsPerBatch = 16

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

/** The random numbers of one kind for one batch: a function of seed and position alone. */
export function drawNoise(
  noise: NoiseDescription,
  cells: number,
  seed: number,
  position: Position,
): Float32Array {
  const stream = new RandomStream(
    seed,
    noise.purpose,
    position.epoch,
    position.batch * streamsPerBatch + noise.index,
  )
  const rows = noise.rows === 'cells' ? cells : noise.rows
  const values = new Float32Array(rows * noise.columns)
  switch (noise.distribution.kind) {
    case 'normal':
      return stream.fillNormal(values)
    case 'logistic':
      return stream.fillLogistic(values)
    case 'keep':
      return fillKept(values, noise.distribution.rate, stream)
  }
}
