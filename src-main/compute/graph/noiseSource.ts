import type { BatchNoise } from '../executor'
import type { Model, NamedTensors } from '../model'

/** Gives the random numbers of a batch of so many cells. */
export type NoiseSource = (model: Model, cells: number, noise: BatchNoise) => NamedTensors

/** Where nothing can draw them, as in a page, random numbers come with the batch. */
export function givenNoise(_model: Model, _cells: number, noise: BatchNoise): NamedTensors {
  if (noise.kind === 'drawn') throw new Error('This session is to be given its random numbers.')
  return noise.tensors
}
