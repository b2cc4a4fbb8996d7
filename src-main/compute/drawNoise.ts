import { RandomStream } from '../numerics/random'
import type { BatchNoise, NoisePosition } from './executor'
import { NoiseKernels } from './fused/noiseKernels'
import type { Model, NamedTensors, NoiseDescription } from './model'
import { keptThreshold, noiseLength, streamOf, validationEpoch } from './noise'

let opened: { readonly kernels: NoiseKernels | null } | null = null

/** The kernels that draw noise, started at first use; null where the machine does not take them. */
function noiseKernels(): NoiseKernels | null {
  opened ??= { kernels: NoiseKernels.open() }
  return opened.kernels
}

/** 1 for each kept unit, 0 for each dropped one; 16 random bits decide. */
function fillKept(values: Float32Array, rate: number, stream: RandomStream): Float32Array {
  const threshold = keptThreshold(rate)
  for (let at = 0; at < values.length; at += 2) {
    const word = stream.nextWord()
    values[at] = (word & 0xffff) < threshold ? 0 : 1
    if (at + 1 < values.length) values[at + 1] = word >>> 16 < threshold ? 0 : 1
  }
  return values
}

/**
 * The random numbers of one kind for a batch of so many cells: a function of seed and position alone. Kernels draw them,
 * as a batch has tens of thousands; without kernels a stream gives the same numbers up to rounding.
 */
export function drawNoise(
  description: NoiseDescription,
  cells: number,
  position: NoisePosition,
  kernels = noiseKernels(),
): Float32Array {
  const { distribution, purpose } = description
  const count = noiseLength(description, cells)
  const place = streamOf(description, position)
  if (kernels) return kernels.draw(count, distribution, place)
  const values = new Float32Array(count)
  const stream = new RandomStream(place.keyA, purpose, place.positionA, place.positionB)
  switch (distribution.kind) {
    case 'normal':
      return stream.fillNormal(values)
    case 'logistic':
      return stream.fillLogistic(values)
    case 'keep':
      return fillKept(values, distribution.rate, stream)
  }
}

/** The random numbers of a batch by name, for engines that do not draw them themselves. */
export function noiseTensors(model: Model, cells: number, noise: BatchNoise): NamedTensors {
  if (noise.kind === 'given') return noise.tensors
  const { position } = noise
  return Object.fromEntries(
    model.noise
      .filter(({ trainingOnly }) => !trainingOnly || position.epoch !== validationEpoch)
      .map((description) => [description.name, drawNoise(description, cells, position)]),
  )
}
