import { describe, expect, test } from 'vitest'
import { randomPurposes, RandomStream } from '../../numerics/random'
import { compileKernels, instantiateKernels } from './kernels'
import { KernelMemory } from './memory'

const rows = 4000
const quads = 3
const count = rows * quads * 4

/** Draws of particles 8 to 4007 of a stream. */
function drawn(build: 'plain' | 'relaxed', distribution: 0 | 1): Float32Array {
  const memory = new KernelMemory(false)
  const kernels = instantiateKernels(compileKernels(false, build).module, memory.memory)
  const [settings, out] = [memory.allocate(16), memory.allocate(count * 4)]
  memory.integers(settings, 4).set([0xdeadbeef | 0, randomPurposes.particles, 77, 8])
  kernels.drawParticleNoise(0, 1200, quads, settings, distribution, out)
  kernels.drawParticleNoise(1200, rows, quads, settings, distribution, out)
  return memory.floats(out, count).slice()
}

describe.each(['plain', 'relaxed'] as const)('noise of the %s kernels', (build) => {
  test('is the normal noise of the host, number by number', () => {
    const expected = new RandomStream(0xdeadbeef, 'particles', 77, 0)
      .goTo(8 * quads)
      .fillNormal(new Float32Array(count))
    const differences = drawn(build, 0).map((value, at) => Math.abs(value - expected[at]))
    expect(differences.reduce((most, difference) => Math.max(most, difference))).toBeLessThan(2e-6)
  })

  test('is the logistic noise of the host, number by number', () => {
    const expected = new RandomStream(0xdeadbeef, 'particles', 77, 1)
      .goTo(8 * quads)
      .fillLogistic(new Float32Array(count))
    const differences = drawn(build, 1).map(
      (value, at) => Math.abs(value - expected[at]) / Math.max(1, Math.abs(expected[at])),
    )
    expect(differences.reduce((most, difference) => Math.max(most, difference))).toBeLessThan(1e-6)
  })
})
