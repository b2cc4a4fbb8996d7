import { RandomStream } from '../../numerics/random'
import type { ParticleRequest } from '../executor'
import type { Posterior } from '../model'

/** Latents of some particles, and the ratio of their densities under prior and posterior. */
export interface PlacedParticles {
  /** particles × latents */
  readonly latents: Float32Array
  /** log N(z; prior mean, 1) - log N(z; mean, variance) of each particle. */
  readonly logRatios: Float64Array
}

/** Draws of some particles of a cell, particles × latents. A particle's draws begin on a block of four words. */
function noiseOf(
  { noise, particles }: ParticleRequest,
  distribution: 'normals' | 'logistics',
  cell: number,
  first: number,
  count: number,
  latents: number,
): Float32Array {
  if (noise.kind === 'given') {
    const from = (cell * particles + first) * latents
    return noise[distribution].subarray(from, from + count * latents)
  }
  const blocks = Math.ceil(latents / 4)
  const position = distribution === 'normals' ? 0 : 1
  const stream = new RandomStream(noise.seed, 'particles', noise.streams[cell], position).goTo(first * blocks)
  const padded = new Float32Array(count * blocks * 4)
  if (distribution === 'normals') stream.fillNormal(padded)
  else stream.fillLogistic(padded)
  return padded.filter((_, at) => at % (blocks * 4) < latents)
}

/**
 * Particles `first` and the following ones (at most `most`) of a cell.
 * @param posterior of this cell alone
 */
export function placeParticles(
  request: ParticleRequest,
  { mean, variance }: Posterior<Float32Array>,
  cell: number,
  first: number,
  most: number,
): PlacedParticles {
  const count = Math.min(most, request.particles - first)
  const columns = mean.length
  const { shifts, edgeLogits } = request
  const normals = noiseOf(request, 'normals', cell, first, count, columns)
  const logistics = edgeLogits && noiseOf(request, 'logistics', cell, first, count, columns)
  const latents = new Float32Array(count * columns)
  const logRatios = new Float64Array(count)
  for (let particle = 0; particle < count; particle++) {
    for (let latent = 0; latent < columns; latent++) {
      const at = particle * columns + latent
      const ofCell = cell * columns + latent
      const z = mean[latent] + Math.sqrt(variance[latent]) * normals[at]
      const absent = edgeLogits && logistics && edgeLogits[ofCell] + logistics[at] <= 0
      const apart = z - (absent ? 0 : shifts[ofCell])
      latents[at] = z
      logRatios[particle] += (Math.log(variance[latent]) + normals[at] ** 2 - apart ** 2) / 2
    }
  }
  return { latents, logRatios }
}
